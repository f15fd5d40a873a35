import { Effect, Layer, ManagedRuntime } from "effect"
import { describe, expect, it, onTestFinished } from "vitest"
import { Agenda } from "../../../src/application/driving/agenda.ts"
import { Health } from "../../../src/application/health.ts"
import { keepWorking } from "../../../src/application/keep-working.ts"
import { type Arrival, NewMessages } from "../../../src/application/messages/new-messages.ts"
import { EventStore, noStream } from "../../../src/application/ports/event-store.ts"
import { Messages } from "../../../src/application/ports/messages.ts"
import { Views } from "../../../src/application/ports/views.ts"
import { keepRows } from "../../../src/application/projecting/projection.ts"
import { directLine } from "../../model/line.ts"
import { memoryEventStore } from "../../model/memory-event-store.ts"
import { MemoryLog } from "../../model/memory-log.ts"
import { memoryMessages } from "../../model/memory-messages.ts"
import { MemoryRows, memoryViews } from "../../model/memory-views.ts"
import { eventually } from "../../support/eventually.ts"
import { reconciledIn } from "../../support/log-identity.ts"
import { tomorrows, unrecorded } from "../../support/recorded-events.ts"
import { recordedLog } from "../../support/recorded-log.ts"
import { saidBy } from "../../support/recording-views.ts"
import * as the from "../../support/registration-events.ts"
import { settingsWith } from "../../support/settings.ts"

/** The projection of a process, at work on a log and on rows that are there already. */
const working = (log: MemoryLog, rows: MemoryRows) => {
  const { lines, layer } = recordedLog()
  const base = Layer.mergeAll(
    Layer.succeed(EventStore, memoryEventStore(log, directLine)),
    Layer.succeed(Views, memoryViews(rows, directLine)),
    Layer.succeed(Messages, memoryMessages(rows, directLine)),
    Layer.mergeAll(NewMessages.layer, Health.layer, settingsWith(), reconciledIn(), layer)
  )
  const runtime = ManagedRuntime.make(Agenda.layer.pipe(Layer.provideMerge(base)))
  const arrivals: Array<Arrival> = []
  runtime.runSync(NewMessages.use(({ listen }) => Effect.sync(() => listen((arrival) => arrivals.push(arrival)))))
  const fiber = runtime.runFork(keepWorking("projection", keepRows))
  const stop = async () => {
    fiber.interruptUnsafe()
    await runtime.dispose()
  }
  onTestFinished(stop)
  const arrived = (position: number) => eventually(`position ${position} to be saved`, () => rows.position === position)
  return { arrivals, arrived, stop, lines, said: () => arrivals.flatMap(({ messages }) => messages.map(saidBy)) }
}

const append = (log: MemoryLog, id: string, ...events: Parameters<typeof unrecorded>[1]) =>
  log.append(`registration-${id}`, noStream, unrecorded(id, events))

describe("those who follow the messages in this process", () => {
  it("are told of each page once it is saved, in one line from where they were", async () => {
    const log = new MemoryLog()
    const { arrivals, arrived, said } = working(log, new MemoryRows())
    append(log, "a", the.requested, the.urlsClaimed())
    await arrived(2)
    append(log, "b", the.requested)
    await arrived(3)
    expect(said()).toEqual(["requested a requested", "requested b requested"])
    expect(arrivals.map(({ after }) => after)).toEqual([0, ...arrivals.map(({ upTo }) => upTo).slice(0, -1)])
    expect(arrivals.at(-1)).toMatchObject({ upTo: 3, epoch: 0 })
  })

  it("are told of nothing at or beyond an event of which none can be made, also after a restart", async () => {
    const [log, rows] = [new MemoryLog(), new MemoryRows()]
    append(log, "a", the.requested)
    append(log, "b", tomorrows)
    append(log, "c", the.requested)
    const { arrivals, arrived, stop, said } = working(log, rows)
    await arrived(3)
    append(log, "d", the.requested)
    await arrived(4)
    expect(said()).toEqual(["requested a requested"])
    expect(arrivals.at(-1)).toMatchObject({ upTo: 1 })
    await stop()
    const next = working(log, rows)
    append(log, "e", the.requested)
    await next.arrived(5)
    expect(next.arrivals).toEqual([])
  })
})

it("a projection whose rows were replaced goes on with the new ones at once, and fails in nobody's eyes", async () => {
  const [log, rows] = [new MemoryLog(), new MemoryRows()]
  const { arrived, lines, said } = working(log, rows)
  append(log, "a", the.requested, the.urlsClaimed())
  await arrived(2)
  // Others that are the same, but further behind.
  rows.reset()
  append(log, "b", the.requested)
  await arrived(3)
  expect([...rows.rows.keys()].toSorted()).toEqual(["a", "b"])
  expect(said()).toContain("requested b requested")
  expect(lines).toEqual([])
})
