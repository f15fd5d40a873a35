import { Effect, Layer, ManagedRuntime } from "effect"
import { describe, expect, it, onTestFinished } from "vitest"
import { Health } from "../../../src/application/health.ts"
import { EventStore, type RecordedEvent, type StreamRead, tipOf } from "../../../src/application/ports/event-store.ts"
import { Views } from "../../../src/application/ports/views.ts"
import { makeProject } from "../../../src/application/projecting/project.ts"
import { directLine } from "../../model/line.ts"
import { memoryEventStore } from "../../model/memory-event-store.ts"
import { MemoryLog } from "../../model/memory-log.ts"
import { second, start } from "../../support/given.ts"
import { reconciledIn } from "../../support/log-identity.ts"
import { recorded, restored, tomorrows } from "../../support/recorded-events.ts"
import { recordedLog } from "../../support/recorded-log.ts"
import { recordingViews, saidBy } from "../../support/recording-views.ts"
import * as the from "../../support/registration-events.ts"
import { settingsWith } from "../../support/settings.ts"

const wholeStream = (events: ReadonlyArray<RecordedEvent>): StreamRead => ({
  events,
  tip: tipOf(events.at(-1) as RecordedEvent)
})

/** A projection beside streams that read as they are given; pages follow on one another. */
const projecting = async (streams: { readonly [stream: string]: StreamRead } = {}) => {
  const recording = recordingViews()
  const store = memoryEventStore(new MemoryLog(), directLine)
  const { lines, layer: log } = recordedLog()
  const layer = Layer.mergeAll(
    Layer.succeed(EventStore, {
      ...store,
      read: (stream, from) => (streams[stream] ? Effect.succeed(streams[stream]) : store.read(stream, from))
    }),
    Layer.succeed(Views, recording.views),
    Layer.mergeAll(Health.layer, settingsWith(), reconciledIn(), log)
  )
  const runtime = ManagedRuntime.make(layer)
  onTestFinished(() => runtime.dispose())
  const project = await runtime.runPromise(
    makeProject(recording.views, {
      recentRows: 10,
      putOffUntil: () => undefined
    })
  )
  const page = async (events: ReadonlyArray<RecordedEvent>) => {
    const after = recording.pages.at(-1)?.position ?? 0
    const { page } = await runtime.runPromise(Effect.flatten(project(events, events.at(-1)?.position ?? after, after)))
    return page
  }
  const parked = () => runtime.runSync(Health.useSync((health) => health.parked()))
  return { ...recording, page, lines, parked, said: () => recording.messages().map(saidBy) }
}

const outcomeOf = async (history: the.HistoryName) => {
  const { page, rows } = await projecting()
  await page(recorded("r", the.histories[history]))
  return rows.get("r")?.outcome
}

describe("the messages of a page", () => {
  it("are those of its public events, each with the state after it", async () => {
    const { page, said, messages } = await projecting()
    await page(recorded("r", [...the.histories.identityVerified, the.issued, the.erased]))
    expect(said()).toEqual([
      "requested r requested",
      "urls_issued r awaiting_images",
      "image_uploaded r awaiting_images",
      "image_uploaded r awaiting_images",
      "images_uploaded r ready_to_confirm",
      "confirmed r awaiting_verdict",
      "identity_verified r identity_verified",
      "issued r issued",
      "personal_data_erased r issued"
    ])
    expect(messages().map(({ position }) => position)).toEqual([1, 3, 5, 7, 8, 10, 11, 12, 13])
  })

  it.each(the.historyNames.filter((name) => name !== "initial"))("of %s are the same event by event", async (name) => {
    const events = recorded("r", the.histories[name])
    const [together, one] = [await projecting(), await projecting()]
    await together.page(events)
    for (const event of events) await one.page([event])
    expect(one.messages()).toEqual(together.messages())
    const { dueAt, ...row } = together.rows.get("r") ?? {}
    expect(one.rows.get("r")).toMatchObject(row)
    expect(one.pages.every(({ blocked }) => blocked === undefined)).toBe(true)
  })

  it("follow the page before, and know its last event and where the log was put back", async () => {
    const { page, pages } = await projecting()
    const events = recorded("r", [the.requested, the.urlsClaimed()])
    await page(events)
    await page([restored(3, 7)])
    expect(pages).toMatchObject([
      { after: 0, position: 2, epoch: 0, last: { stream: "registration-r", revision: 1 } },
      { after: 2, position: 7, epoch: 3, messages: [], restores: [{ epoch: 3, position: 7 }] }
    ])
    expect(pages[0]).not.toHaveProperty("restores")
  })
})

describe("what came of a registration", () => {
  const at = (event: number) => start + event * second
  it.each([
    ["issued", { kind: "issued", at: at(10), verdictAfter: second }],
    ["rejected", { kind: "rejected", at: at(10), verdictAfter: second }],
    ["errorReported", { kind: "failed", at: at(10), verdictAfter: second }],
    ["withdrawnRejected", { kind: "rejected", at: at(11), verdictAfter: 2 * second }],
    ["givenUpIssued", { kind: "issued", at: at(10), verdictAfter: 2 * second }]
  ] as const)("%s says when, and how long the platform took", async (history, outcome) => {
    expect(await outcomeOf(history)).toEqual(outcome)
  })

  it.each(["givenUp", "givenUpAsking", "confirmRefused", "urlsRefused"] as const)(
    "%s has no verdict",
    async (history) => {
      expect(await outcomeOf(history)).toEqual({ kind: "failed", at: at(the.histories[history].length - 1) })
    }
  )

  it.each(["identityVerified", "withdrawnNotConfirmed", "expired"] as const)("%s is nothing", async (history) => {
    expect(await outcomeOf(history)).toBeUndefined()
  })

  it("stays with what comes later", async () => {
    const { page, rows } = await projecting()
    await page(recorded("r", [...the.histories.issued, the.erased]))
    expect(rows.get("r")?.outcome).toMatchObject({ kind: "issued", at: at(10) })
  })
})

describe("an event of which no message can be made", () => {
  it("that this version cannot read blocks there, and the messages of others go on", async () => {
    const events = recorded("r", [the.requested, tomorrows, the.withdrawn])
    const others = recorded("other", [the.requested, the.urlsClaimed(), the.withdrawn], 3)
    const { page, said, lines, parked } = await projecting({ "registration-r": wholeStream(events) })
    const { blocked } = await page([...events, ...others])
    expect(blocked).toEqual({ position: 2, stream: "registration-r", revision: 1 })
    expect(said()).toEqual(["requested r requested", "requested other requested", "withdrawn other withdrawn"])
    const unreadable = { stream: "registration-r", revision: 1 }
    expect(lines).toMatchObject([{ event: "unreadable_event", ...unreadable }])
    expect(parked()).toMatchObject([unreadable])
    // Also where it is not known any more that it could not be read.
    expect(
      (await page(recorded("r", [the.requested, tomorrows, the.withdrawn, the.erased], 6).slice(3))).blocked
    ).toEqual({
      position: 10,
      stream: "registration-r",
      revision: 3
    })
  })

  it("is the first one of a page", async () => {
    const [first, second] = [recorded("a", [the.requested, tomorrows]), recorded("b", [tomorrows], 2)]
    const { page } = await projecting()
    expect((await page([...first, ...second])).blocked).toMatchObject({ stream: "registration-a", position: 2 })
  })

  it("that begins a registration with anything but a request blocks, too", async () => {
    const { page, said } = await projecting()
    const { blocked, rows } = await page(recorded("r", [the.withdrawn]))
    expect(blocked).toEqual({ position: 1, stream: "registration-r", revision: 0 })
    expect(rows).toEqual([])
    expect(said()).toEqual([])
  })

  it("whose predecessor is lost blocks, but not what can be told of its registration", async () => {
    const events = recorded("r", the.histories.awaiting)
    const [first, second, third] = events as [RecordedEvent, RecordedEvent, RecordedEvent]
    const { page, said } = await projecting({ "registration-r": { ...wholeStream([first]), lost: 1 } })
    await page([first])
    const { blocked } = await page([{ ...first, position: 2 }, third])
    expect(blocked).toEqual({ position: 3, stream: second.stream, revision: 2 })
    expect(said()).toEqual(["requested r requested", "requested r requested"])
  })
})

describe("an event that does not follow on its row, of a stream that is whole", () => {
  it("makes its message with the state after it, although the row is beyond", async () => {
    const events = recorded("r", the.histories.halfway)
    const others = recorded("other", [the.requested], 2)
    const { page, said, rows } = await projecting({ "registration-r": wholeStream(events) })
    await page(events.slice(0, 1))
    const { blocked } = await page([...events.slice(2, 3), ...others])
    expect(blocked).toBeUndefined()
    expect(rows.get("r")).toMatchObject({ revision: 4, state: { _tag: "AwaitingImages" } })
    expect(said().slice(1).toSorted()).toEqual(["requested other requested", "urls_issued r awaiting_images"])
    // Known to the row, and told in its turn.
    await page(events.slice(3))
    expect(said().at(-1)).toBe("image_uploaded r awaiting_images")
    expect(rows.get("r")?.revision).toBe(4)
  })

  it("stands among the messages of its page in the order of the log", async () => {
    const events = recorded("r", the.histories.awaiting)
    const others = recorded("other", [the.requested, the.urlsClaimed(), the.withdrawn], 3)
    const { page } = await projecting({ "registration-r": wholeStream(events) })
    const { messages } = await page([...events.slice(2), ...others])
    expect(messages.map(({ position }) => position)).toEqual([3, 4, 6])
  })
})
