import type { EventLog } from "./event-log.ts"
import { type LogRecord, systemTypes } from "./log-record.ts"

export interface Resolved {
  /** Missing where a link points to nothing. */
  readonly event: LogRecord | undefined
  readonly link?: LogRecord
}

/** An event, or what a link points to and the link. */
export const resolve = (log: EventLog, record: LogRecord, resolveLinks: boolean): Resolved => {
  if (!resolveLinks || record.type !== systemTypes.link) return { event: record }
  const [, revision, stream] = /^(\d+)@(.+)$/s.exec(Buffer.from(record.data).toString()) ?? []
  return { event: stream === undefined ? undefined : log.stream(stream)[Number(revision)], link: record }
}
