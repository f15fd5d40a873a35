import { Effect, Layer, ManagedRuntime } from "effect"
import { describe, expect, it, onTestFinished } from "vitest"
import { Agenda } from "../../../src/application/driving/agenda.ts"
import { Health } from "../../../src/application/health.ts"
import { chain } from "../../../src/application/history/chain.ts"
import { NewMessages } from "../../../src/application/messages/new-messages.ts"
import {
  EventStore,
  noStream,
  type RecordedEvent,
  type StreamRead,
  tipOf
} from "../../../src/application/ports/event-store.ts"
import { Messages } from "../../../src/application/ports/messages.ts"
import { Views } from "../../../src/application/ports/views.ts"
import { projection } from "../../../src/application/projecting/projection.ts"
import { encodeEvent } from "../../../src/domain/registration/event-codec.ts"
import { directLine } from "../../model/line.ts"
import { memoryEventStore } from "../../model/memory-event-store.ts"
import { MemoryLog } from "../../model/memory-log.ts"
import { memoryMessages } from "../../model/memory-messages.ts"
import { MemoryRows, memoryViews } from "../../model/memory-views.ts"
import { reconciledIn } from "../../support/log-identity.ts"
import { recordedLog } from "../../support/recorded-log.ts"
import * as the from "../../support/registration-events.ts"
import { settingsWith } from "../../support/settings.ts"

const now = Date.parse("2026-11-25T10:00:00.000Z")
const tomorrows = { type: "CertificateRenewed", version: 1, data: {} }

/** Three events of a registration, the first of which requests it. */
const eventsOf = (id: string, second = encodeEvent(the.urlsClaimed()), third = encodeEvent(the.withdrawn)) => {
  const data = [encodeEvent(the.requested), second, third]
  const origin = { actor: { kind: "process", id: "p1" }, correlationId: "c" } as const
  return chain(`registration-${id}`, noStream, data, origin, now).map(({ bytes, ...event }, i) => ({
    ...event,
    position: i + 1
  })) as [RecordedEvent, RecordedEvent, RecordedEvent]
}
const streamOf = (...events: ReadonlyArray<RecordedEvent>): StreamRead => {
  const last = events.at(-1)
  return { events, tip: last ? tipOf(last) : noStream }
}

/** A projection, beside streams that read as `streams` says. */
const projecting = async (streams: { readonly [stream: string]: StreamRead }) => {
  const rows = new MemoryRows()
  const { lines, layer: log } = recordedLog()
  const read = (stream: string) => Effect.succeed(streams[stream] ?? streamOf())
  const base = Layer.mergeAll(
    Layer.succeed(EventStore, { ...memoryEventStore(new MemoryLog(), directLine), read }),
    Layer.succeed(Views, memoryViews(rows, directLine)),
    Layer.succeed(Messages, memoryMessages(rows, directLine)),
    NewMessages.layer,
    Layer.mergeAll(Health.layer, settingsWith(), reconciledIn(), log)
  )
  const runtime = ManagedRuntime.make(Agenda.layer.pipe(Layer.provideMerge(base)))
  onTestFinished(() => runtime.dispose())
  const begin = async () => {
    const { handle } = await runtime.runPromise(projection)
    return (...events: ReadonlyArray<RecordedEvent>) =>
      runtime.runPromise(Effect.flatten(handle(events, rows.position + events.length, rows.position)))
  }
  const parked = () => runtime.runSync(Effect.map(Health, (health) => health.parked()))
  return { handle: await begin(), begin, rows, lines, parked }
}

const stream = "registration-r"
const missing = (revision: number) => ({ event: "history_damaged", stream, revision, code: "missing" })
const [first, second, third] = eventsOf("r")
const others = eventsOf("other")

describe("an event that does not follow on its row", () => {
  it("of a stream that lost its beginning makes no row, is said once, and stops nobody else", async () => {
    const { handle, rows, lines, parked } = await projecting({ [stream]: { ...streamOf(), lost: 0 } })
    await handle(second, others[0], third, others[1])
    await handle(others[2])
    expect([...rows.rows.values()]).toMatchObject([{ id: "other", revision: 2, state: { _tag: "Withdrawn" } }])
    expect(rows.position).toBe(5)
    expect(lines).toEqual([missing(0)])
    expect(parked()).toEqual([{ _tag: "LostEvent", stream, revision: 0 }])
  })

  it("after a hole leaves the row as it was before that, due for who parks it", async () => {
    const [first, second, third] = eventsOf("r", encodeEvent(the.withdrawn), encodeEvent(the.erased))
    const left = { ...streamOf(first, second), lost: 2 }
    const { handle, begin, rows, lines, parked } = await projecting({ [stream]: left })
    await handle(first, second, others[0])
    expect(rows.rows.get("r")).not.toHaveProperty("dueAt")
    const before = rows.rows.get("r")
    await handle({ ...third, revision: 3 }, others[1])
    expect(rows.rows.get("r")).toEqual({ ...before, dueAt: expect.any(Number) })
    // A process that knows nothing of it yet.
    const again = await begin()
    await again({ ...third, revision: 4 }, others[2])
    expect(rows.rows.get("r")).toMatchObject({ revision: 1, state: { _tag: "Withdrawn", erased: false } })
    expect(rows.rows.get("other")).toMatchObject({ revision: 2 })
    expect(lines).toEqual([missing(2)])
    expect(parked()).toEqual([{ _tag: "LostEvent", stream, revision: 2 }])
  })

  it("but on one that this version cannot read is no loss", async () => {
    const [, , unreadable] = eventsOf("r", undefined, tomorrows)
    const later: RecordedEvent = { ...third, revision: 3 }
    const { begin, rows, lines, parked } = await projecting({ [stream]: streamOf(first, second, unreadable, later) })
    await (await begin())(first, second, unreadable)
    await (await begin())(later)
    expect(rows.rows.get("r")).toMatchObject({ revision: 1, state: { _tag: "Requested" } })
    expect(lines.map(({ event }) => event)).toEqual(["unreadable_event"])
    expect(parked()).toMatchObject([{ _tag: "UnreadableEvent", stream, revision: 2 }])
  })

  it("where the stream is whole, again or by now, makes the row anew from that", async () => {
    const { handle, rows, lines } = await projecting({ [stream]: streamOf(first, second, third) })
    await handle(first)
    await handle(third)
    const row = rows.rows.get("r")
    expect(row).toMatchObject({ revision: 2, state: { _tag: "Withdrawn", request: { personal: { box: "" } } } })
    // What the row knows already changes nothing.
    await handle(second, third)
    expect(rows.rows.get("r")).toBe(row)
    expect(lines).toEqual([])
  })
})
