import type { EventLog } from "./event-log.ts"
import type { Filter } from "./filter.ts"
import type { LogRecord } from "./log-record.ts"
import type { Reading } from "./read-stream.ts"

/** Every event from a position on: with the one there forwards, without it backwards. */
export function* readAll(log: EventLog, reading: Reading<number>, filter: Filter): Generator<LogRecord> {
  const start = reading.from === "start" ? 0 : reading.from === "end" ? log.positions.length : log.indexAt(reading.from)
  const step = reading.isForwards ? 1 : -1
  let left = reading.count
  for (let i = reading.isForwards ? start : start - 1; left > 0 && i >= 0 && i < log.records.length; i += step) {
    const record = log.records[i]
    if (record === undefined || !filter(record)) continue
    left--
    yield record
  }
}
