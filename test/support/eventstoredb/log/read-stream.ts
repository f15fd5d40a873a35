import type { EventLog } from "./event-log.ts"
import type { LogRecord } from "./log-record.ts"
import { isSoftDeleted, visibility } from "./stream-metadata.ts"

export interface Reading<From> {
  readonly from: From | "start" | "end"
  readonly isForwards: boolean
  readonly count: number
}

export const doesExist = (log: EventLog, stream: string): boolean =>
  log.stream(stream).length > 0 && !isSoftDeleted(log, stream)

/** The events of a stream that are to be seen, from a revision on, it included. */
export function* readStream(log: EventLog, stream: string, reading: Reading<number>): Generator<LogRecord> {
  const { first, notBefore } = visibility(log, stream)
  const records = log.stream(stream)
  const last = records.length - 1
  const from = reading.from === "start" ? 0 : reading.from === "end" ? last : reading.from
  const step = reading.isForwards ? 1 : -1
  let left = reading.count
  for (let i = reading.isForwards ? Math.max(from, first) : Math.min(from, last); left > 0; i += step) {
    if (i > records.length - 1 || i < first) return
    const record = records[i]
    if (record === undefined || record.at < notBefore) continue
    left--
    yield record
  }
}
