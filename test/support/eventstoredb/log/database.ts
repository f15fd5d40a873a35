import { CommittedIds } from "./committed-ids.ts"
import { type Entry, EventLog } from "./event-log.ts"
import type { LogFile } from "./log-file.ts"
import type { LogRecord } from "./log-record.ts"

/** The log, its file, and what is remembered of the events that this process stored. */
export class Database {
  readonly log = new EventLog()
  readonly committed: CommittedIds
  readonly #file: LogFile

  constructor(file: LogFile, bytesOfIds: number) {
    this.#file = file
    this.committed = new CommittedIds(bytesOfIds)
    for (const change of file.changes) this.log.apply(change)
  }

  /** Stores entries, all or none. */
  write(entries: ReadonlyArray<Entry>): ReadonlyArray<LogRecord> {
    const change = { at: Date.now(), entries }
    this.#file.keep(change)
    const records = this.log.apply(change)
    for (const record of records) this.committed.put(record)
    return records
  }

  remove(removed: ReadonlyArray<number>): void {
    const change = { removed }
    this.#file.keep(change)
    this.log.apply(change)
  }
}
