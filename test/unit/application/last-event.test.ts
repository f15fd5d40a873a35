import { Effect, Layer } from "effect"
import { describe, expect, it } from "vitest"
import { chain } from "../../../src/application/history/chain.ts"
import { LogPutBack, positionOfRows } from "../../../src/application/history/last-event.ts"
import { isBehindRows } from "../../../src/application/history/restore-log.ts"
import { EventStore } from "../../../src/application/ports/event-store.ts"
import { Views } from "../../../src/application/ports/views.ts"
import { directLine } from "../../model/line.ts"
import { memoryEventStore } from "../../model/memory-event-store.ts"
import { MemoryLog } from "../../model/memory-log.ts"
import { MemoryRows, memoryViews } from "../../model/memory-views.ts"
import { pageOf } from "../../support/saved-page.ts"

const appendTo = (log: MemoryLog, stream: string, said: string): void => {
  const { tip } = log.read(stream)
  const origin = { actor: { kind: "process", id: "p1" }, correlationId: "c" } as const
  log.append(stream, tip, chain(stream, tip, [{ type: "Noted", version: 1, data: { said } }], origin, 0))
}

/** Rows that know a log of three events, of which the second and third are in one stream. */
const known = () => {
  const [log, rows] = [new MemoryLog(), new MemoryRows()]
  for (const stream of ["another", "stream", "stream"]) appendTo(log, stream, "first")
  const last = log.read("stream").events.at(-1)
  rows.save(pageOf({ position: 3, ...(last ? { last } : {}) }))
  const stores = Layer.mergeAll(
    Layer.succeed(EventStore, memoryEventStore(log, directLine)),
    Layer.succeed(Views, memoryViews(rows, directLine))
  )
  const isBehind = () => Effect.runSync(Effect.provide(isBehindRows(0), stores))
  const position = () => Effect.runSync(Effect.provide(positionOfRows, stores))
  return { log, rows, isBehind, position }
}

describe("rows", () => {
  it("know the log again that they were made of, and what it grew to", () => {
    const { log, isBehind, position } = known()
    expect([isBehind(), position()]).toEqual([false, 3])
    appendTo(log, "stream", "later")
    expect([isBehind(), position()]).toEqual([false, 3])
  })

  it.each([
    [1, "another", "does not have the stream of their last event"],
    [2, "another", "ends that stream before it"],
    [2, "stream", "has another event in its place"]
  ])("know more than a log of %i events that has grown again in the stream named %s, and %s", (length, stream) => {
    const { log, isBehind, position } = known()
    log.cutTo(length)
    for (let n = 0; n < 5; n++) appendTo(log, stream, "second")
    expect(isBehind()).toBe(true)
    expect(position).toThrow(new LogPutBack({}))
  })

  it("that an older version saved go by their position alone", () => {
    const { log, rows, isBehind, position } = known()
    rows.lastEvent = undefined
    log.cutTo(2)
    expect(isBehind()).toBe(true)
    appendTo(log, "stream", "second")
    expect([isBehind(), position()]).toEqual([false, 3])
  })

  it.each([1, 2])("take a stream whose first events, up to %i of them, were taken away for no proof", (before) => {
    const { log, isBehind, position } = known()
    log.cut("stream", before)
    expect([isBehind(), position()]).toEqual([false, 3])
  })
})
