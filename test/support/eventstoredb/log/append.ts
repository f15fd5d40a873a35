import { randomUUID } from "node:crypto"
import { checkCommit, type Decision, type Expected } from "./commit-check.ts"
import type { Database } from "./database.ts"
import type { Entry } from "./event-log.ts"
import { type ProposedEvent, systemTypes } from "./log-record.ts"
import { isSoftDeleted } from "./stream-metadata.ts"
import { isMetastream, metastreamOf, originalOf } from "./stream-names.ts"

export type Appended =
  | { readonly _tag: "Done"; readonly last: number; readonly position: number | undefined }
  | Exclude<Decision, { readonly _tag: "Write" | "Repeat" }>

export const systemEvent = (type: string, data: string): ProposedEvent => ({
  id: randomUUID(),
  type,
  isJson: true,
  data: Buffer.from(data),
  metadata: Buffer.alloc(0)
})

/** The metadata of a stream with another beginning. */
const withFirst = (data: Uint8Array | undefined, first: number): ProposedEvent => {
  const metadata = JSON.parse(Buffer.from(data ?? Buffer.from("{}")).toString())
  return systemEvent(systemTypes.metadata, JSON.stringify({ ...metadata, $tb: first }))
}

/** What is written with an append to a deleted stream, or to its metadata: it comes back without its old events. */
const undelete = (
  { log }: Database,
  stream: string,
  events: ReadonlyArray<ProposedEvent>,
  isDeleted: boolean
): Array<Entry> => {
  const metastream = metastreamOf(stream)
  if (isDeleted) {
    return [{ stream: metastream, event: withFirst(log.stream(metastream).at(-1)?.data, log.stream(stream).length) }]
  }
  if (!isMetastream(stream)) return []
  const original = originalOf(stream)
  if (!isSoftDeleted(log, original)) return []
  return [{ stream, event: withFirst(events.at(-1)?.data, log.stream(original).length) }]
}

export const append = (
  database: Database,
  stream: string,
  expected: Expected,
  events: ReadonlyArray<ProposedEvent>
): Appended => {
  const decision = checkCommit(database, stream, expected, events)
  if (decision._tag === "Repeat") return { ...decision, _tag: "Done" }
  if (decision._tag !== "Write") return decision
  const entries = events.map((event) => ({ stream, event }))
  if (entries.length === 0) {
    return { _tag: "Done", last: database.log.stream(stream).length - 1, position: database.log.end }
  }
  const records = database.write([...entries, ...undelete(database, stream, events, decision.isSoftDeleted)])
  const last = records[events.length - 1]
  return { _tag: "Done", last: last?.revision ?? -1, position: last?.position }
}
