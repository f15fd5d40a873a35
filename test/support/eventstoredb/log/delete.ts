import { type Appended, systemEvent } from "./append.ts"
import { checkCommit, type Expected } from "./commit-check.ts"
import type { Database } from "./database.ts"
import { deletedRevisionText, systemTypes } from "./log-record.ts"
import { metastreamOf } from "./stream-names.ts"

const remove = (
  database: Database,
  stream: string,
  expected: Expected,
  how: { readonly tombstone: boolean }
): Appended => {
  const event = how.tombstone
    ? systemEvent(systemTypes.tombstone, "")
    : systemEvent(systemTypes.metadata, `{"$tb":${deletedRevisionText}}`)
  const decision = checkCommit(database, stream, expected, [event])
  const current = database.log.stream(stream).length - 1
  if (decision._tag === "Repeat") return { ...decision, _tag: "Done" }
  if (decision._tag !== "Write") return decision
  if (current < 0 && !how.tombstone) return { _tag: "WrongExpectedVersion", current }
  const [record] = database.write([{ stream: how.tombstone ? stream : metastreamOf(stream), event }])
  return { _tag: "Done", last: current, position: record?.position }
}

/** Hides a stream until somebody appends to it again. */
export const softDelete = (database: Database, stream: string, expected: Expected): Appended =>
  remove(database, stream, expected, { tombstone: false })

/** Ends a stream for ever. */
export const tombstone = (database: Database, stream: string, expected: Expected): Appended =>
  remove(database, stream, expected, { tombstone: true })
