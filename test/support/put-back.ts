import { cpSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { HistoryEvent } from "./api.ts"

const inDatabase = <A>(dataDir: string, file: string, work: (db: DatabaseSync) => A): A => {
  const db = new DatabaseSync(join(dataDir, file))
  try {
    return work(db)
  } finally {
    db.close()
  }
}

/** The files of a service that is down. */
export const backUp = (dataDir: string, to: string): void => cpSync(dataDir, to, { recursive: true })

/** Cuts the log of a backup, as if that had been taken when some streams had so many events only: none of the others has more to lose. */
export const cutStreams = (backup: string, lengths: ReadonlyMap<string, number>): void =>
  inDatabase(backup, "log.db", (log) => {
    const id = log.prepare("SELECT id FROM streams WHERE name = ?")
    for (const [registration, length] of lengths) {
      const stream = (id.get(`registration-${registration}`) as { id: number }).id
      log.prepare("DELETE FROM events WHERE stream = ? AND revision >= ?").run(stream, length)
    }
    log.exec("DELETE FROM streams WHERE id NOT IN (SELECT stream FROM events)")
  })

/** Puts files of a backup back into the directory of a service that is down; each database with what belongs to it, and nothing that is newer. */
export const putBack = (backup: string, dataDir: string, ...databases: ReadonlyArray<"log.db" | "vault.db">): void => {
  const isOf = (file: string) => databases.some((database) => file.startsWith(database))
  for (const file of readdirSync(dataDir)) if (isOf(file)) rmSync(join(dataDir, file))
  for (const file of readdirSync(backup)) if (isOf(file)) cpSync(join(backup, file), join(dataDir, file))
}

/** What the log says of itself, also while a service has it. */
export const logEvents = (dataDir: string): ReadonlyArray<HistoryEvent> =>
  inDatabase(dataDir, "log.db", (log) =>
    log
      .prepare(
        "SELECT bytes, hash FROM events WHERE stream = (SELECT id FROM streams WHERE name = 'certreg-log') ORDER BY revision"
      )
      .all()
      .map(({ bytes, hash }) => ({ ...JSON.parse(String(bytes)), hash }))
  )
