import type { DatabaseSync } from "node:sqlite"
import type { Position } from "../../../application/ports/event-store.ts"

/** The last event of a log: whoever copies it then copies that one, too. */
type LogTip = { readonly position: Position; readonly hash: string }

/** undefined: no event is there. */
export const logTip = (log: DatabaseSync): LogTip | undefined => {
  const tip = log.prepare("SELECT position, hash FROM events ORDER BY position DESC LIMIT 1").get() as
    | LogTip
    | undefined
  return tip && { ...tip }
}

export const holdsEvent = (log: DatabaseSync, { position, hash }: LogTip): boolean =>
  log.prepare("SELECT hash FROM events WHERE position = ?").get(position)?.["hash"] === hash

/** How often the vault beside a log was written at least. */
export const knownCommits = (log: DatabaseSync): number =>
  Number(log.prepare("SELECT vault_commits AS commits FROM tips").get()?.["commits"])
