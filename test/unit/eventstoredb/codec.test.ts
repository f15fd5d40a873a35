import type { JSONRecordedEvent, RecordedEvent } from "@eventstore/db-client"
import { expect, it } from "vitest"
import { decodeEvent, encodeEvent } from "../../../src/adapters/eventstoredb/codec.ts"
import { sizeOf } from "../../../src/adapters/eventstoredb/event-size.ts"
import { makeStreamNames } from "../../../src/adapters/eventstoredb/stream-names.ts"
import { newEvent, newStream } from "../../support/stored-events.ts"

const stream = newStream()
const names = makeStreamNames("p-")
const recorded = (data: object): RecordedEvent => {
  const event = encodeEvent({ ...newEvent(stream, 0), data: { ...data } })
  const place = { streamId: `p-${stream}`, revision: 0n, created: new Date(0), isJson: true }
  return { ...event, ...place } as unknown as JSONRecordedEvent
}
/** So many levels, each in a member of the one above it. */
const nested = (levels: number): object => {
  let value = {}
  for (let level = 1; level < levels; level++) value = { a: value }
  return value
}

it.each([
  [100, "Noted"],
  [101, "Foreign"],
  [100_000, "Foreign"]
])("an event whose data have %i levels is of the type %s", (levels, type) => {
  expect(decodeEvent(recorded(nested(levels)), names)).toMatchObject({ stream, revision: 0, type })
})

it("an event whose time nobody can read is foreign, and is there since the server had it", () => {
  const event = recorded({})
  const odd = { ...event, metadata: { ...(event.metadata as object), recordedAt: "yesterday" } } as JSONRecordedEvent
  expect(decodeEvent(odd, names)).toMatchObject({ type: "Foreign", recordedAt: "1970-01-01T00:00:00.000Z" })
})

it("an event's size is that of its JSON or a little more, however deep it is", () => {
  const flat = recorded({ text: "x".repeat(1000), list: ["a", 1, true, null, { b: [] }] })
  const json = JSON.stringify(flat.data).length + JSON.stringify(flat.metadata).length
  expect(sizeOf(flat)).toBeGreaterThanOrEqual(json)
  expect(sizeOf(flat)).toBeLessThan(json + 100)
  expect(sizeOf(recorded(nested(100_000)))).toBeGreaterThan(500_000)
})
