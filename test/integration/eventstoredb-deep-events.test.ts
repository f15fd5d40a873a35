import { afterAll, assert, it, onTestFinished } from "vitest"
import { flawOf } from "../../src/application/history/event-flaw.ts"
import { newId } from "../../src/application/history/ids.ts"
import type { RawEvent } from "../../src/application/ports/event-store.ts"
import { ids } from "../support/event-log.ts"
import { appendText } from "../support/eventstoredb/append-text.ts"
import { startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { openStore } from "../support/eventstoredb/store-under-test.ts"
import { eventually } from "../support/eventually.ts"
import { newLogAt } from "../support/log-of-run.ts"
import { startService } from "../support/service.ts"
import { newStream } from "../support/stored-events.ts"

const server = await startEventStoreDb()
afterAll(() => server.kill())

/** Far more levels than the call stack can be deep. */
const levels = 100_000
const deep = "[".repeat(levels) + "]".repeat(levels)
const metadata = {
  $correlationId: newId(),
  actor: { kind: "client", id: "c" },
  recordedAt: "2026-11-25T10:00:00.000Z",
  hash: "a".repeat(64),
  previousHash: "b".repeat(64)
}
const inData = { type: "Noted.v1", data: `{"a":${deep}}`, metadata: JSON.stringify(metadata) }
const inActor = JSON.stringify({ ...metadata, actor: { ...metadata.actor, a: 0 } }).replace('"a":0', `"a":${deep}`)
const beside = JSON.stringify({ ...metadata, a: 0 }).replace('"a":0', `"a":${deep}`)

it.each([
  ["data", inData],
  ["actor", { ...inData, data: "{}", metadata: inActor }],
  ["other metadata", { ...inData, data: "{}", metadata: beside }]
])("an event whose %s nobody can walk through is somebody else's for whoever comes across it", async (_, event) => {
  const store = openStore(server.url)
  const { stream, name, events } = await store.given(2)
  await appendText(server.httpUrl, name, event)
  const after = await store.given(1)

  const read = await store.run(({ read }) => read(stream))
  assert.deepStrictEqual(ids(read.events.slice(0, 2)), ids(events))
  assert.deepInclude(read.events[2], { revision: 2, type: "Foreign", data: {} })
  const page = await store.run(({ feed }) => feed(0, 100))
  assert.deepStrictEqual(ids(page.events), [...ids(read.events), ...ids(after.events)])
  const raw = await store.run(({ raw }) => raw(0, 100))
  assert.deepStrictEqual(
    raw.map((event) => event.isForeign ?? false),
    [false, false, true, false]
  )
  const found = raw[2] as RawEvent
  assert.deepEqual([flawOf(found), found.predecessor], ["foreign", events[1]?.hash])
  assert.isBelow(found.bytes.length, 1000)
  const last = await store.run(({ positionBefore }) => positionBefore(2))
  assert.deepStrictEqual(await store.run(({ raw: rawAfter }) => rawAfter(last, 10)), raw.slice(2))
})

it("a service goes on, and starts again, where somebody wrote events that nobody can walk through", async () => {
  const log = newLogAt(server.url)
  const service = await startService({ env: log })
  onTestFinished(service.close)
  const { api } = service
  const { id } = await api.start("beside")
  await api.until(id, "awaiting_images")
  const unknown = newStream()
  for (const stream of [`registration-${id}`, unknown])
    await appendText(server.httpUrl, `${log["EVENTSTOREDB_STREAM_PREFIX"]}${stream}`, inData)
  const { id: another } = await api.start("while-it-runs")
  await api.until(another, "awaiting_images")

  await service.kill("SIGTERM")
  await service.start()
  const found = () =>
    service
      .lines()
      .flatMap(({ event, code, stream }) => (event === "history_damaged" && code === "foreign" ? stream : []))
  await eventually("both to be told of", () => found().includes(unknown) && found().includes(`registration-${id}`))
  const { id: last } = await api.start("after-a-start")
  await api.until(last, "awaiting_images")
  assert.notInclude(service.output(), "RangeError")
})
