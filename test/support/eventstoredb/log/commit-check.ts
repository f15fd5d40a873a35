import type { Database } from "./database.ts"
import type { LogRecord, ProposedEvent } from "./log-record.ts"
import { isSoftDeleted } from "./stream-metadata.ts"
import { isMetastream, metastreamOf, originalOf } from "./stream-names.ts"

/** What a writer expects of a stream: a revision, -1 for none. */
export type Expected = "any" | "exists" | number
export const noStream = -1

export type Decision =
  | { readonly _tag: "Write"; readonly isSoftDeleted: boolean }
  | { readonly _tag: "Repeat"; readonly last: number; readonly position: number | undefined }
  | { readonly _tag: "WrongExpectedVersion"; readonly current: number }
  | { readonly _tag: "Deleted" }

type Ids = ReadonlyArray<Pick<ProposedEvent, "id">>

const repeat = (stream: ReadonlyArray<LogRecord | undefined>, last: number): Decision => ({
  _tag: "Repeat",
  last,
  position: stream[last]?.position
})

/** Whether a writer may append. What it repeats is recognised: by the log at exact revisions, and otherwise only by memory. */
export const checkCommit = ({ log, committed }: Database, name: string, expected: Expected, events: Ids): Decision => {
  const stream = log.stream(name)
  const current = stream.length - 1
  const wrong: Decision = { _tag: "WrongExpectedVersion", current }
  const write: Decision = { _tag: "Write", isSoftDeleted: isSoftDeleted(log, name) }
  if (log.isTombstoned(isMetastream(name) ? originalOf(name) : name)) return { _tag: "Deleted" }
  if (expected === "exists") {
    if (write.isSoftDeleted) return { _tag: "Deleted" }
    if (current < 0 && log.stream(metastreamOf(name)).length === 0) return wrong
  }
  if (typeof expected === "string") {
    const places = events
      .map(({ id }) => committed.get(id))
      .map((place) => (place?.stream === name ? place : undefined))
    const [first] = places
    if (first === undefined) return write
    const isWhole = places.every((place, i) => place?.revision === first.revision + i)
    return isWhole ? repeat(stream, first.revision + events.length - 1) : wrong
  }
  if (expected > current) return wrong
  if (expected === current) return write
  const isStored = ({ id }: Ids[number], i: number): boolean => {
    const [revision, place] = [expected + 1 + i, committed.get(id)]
    return (place?.stream === name && place.revision === revision) || stream[revision]?.id === id
  }
  const unknown = events.findIndex((event, i) => !isStored(event, i))
  if (unknown === -1 && events.length > 0) return repeat(stream, expected + events.length)
  return unknown === 0 && expected === noStream && write.isSoftDeleted ? write : wrong
}
