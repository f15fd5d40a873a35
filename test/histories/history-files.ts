import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import type { StoredEvent } from "../../src/application/ports/event-store.ts"
import type { Pace, Step } from "../../src/domain/registration/next-step.ts"

/** What histories of a release came to under it; none of its files is ever changed. */
export type HistoryFile = {
  /** Durations in milliseconds: what the steps below were found with. */
  readonly pace: Pace
  readonly registrations: ReadonlyArray<{
    /** As `GET` showed it, but for its links and the receipt of an erasure, which its history does not tell. */
    readonly resource: object
    /** What was to be done next after each event, at its time. */
    readonly steps: ReadonlyArray<Step>
    readonly events: ReadonlyArray<StoredEvent>
  }>
}

export const released = new URL("released/", import.meta.url)
const checksumsFile = new URL("checksums.json", import.meta.url)

/** SHA-256 of each file by its path, as it was written once. */
export const keptChecksums = (): Readonly<Record<string, string>> =>
  existsSync(checksumsFile) ? JSON.parse(readFileSync(checksumsFile, "utf8")) : {}
export const checksumsPath = checksumsFile

export const sha256Of = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex")

/** The same of the files that are there. */
export const checksums = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (readdirSync(released, { recursive: true }) as ReadonlyArray<string>)
      .map((path) => path.replaceAll("\\", "/"))
      .filter((path) => path.endsWith(".json"))
      .sort()
      .map((path) => [path, sha256Of(readFileSync(new URL(path, released)))])
  )

export const readHistories = (path: string): HistoryFile => JSON.parse(readFileSync(new URL(path, released), "utf8"))
