import { describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { expect } from "vitest"
import { EventStore, EventStoreUnavailable, noStream } from "../../src/application/ports/event-store.ts"
import { awaited } from "../../src/infrastructure/awaited.ts"
import { recordedLog } from "../support/recorded-log.ts"

const unavailable = new EventStoreUnavailable({ operation: "read", stored: "no", code: "unavailable" })

/** A store that answers from a moment on, in milliseconds, and what was asked of it. */
const storeFrom = (moment: number) => {
  let reads = 0
  const read = () =>
    Effect.clockWith((clock) => {
      reads++
      return clock.currentTimeMillisUnsafe() < moment
        ? Effect.fail(unavailable)
        : Effect.succeed({ events: [], tip: noStream })
    })
  const unused = Effect.die("not asked for")
  const store = {
    read,
    last: () => unused,
    append: () => unused,
    feed: () => unused,
    waitBeyond: () => unused,
    raw: () => unused,
    positionOf: () => unused,
    positionBefore: () => unused,
    probe: unused
  }
  return { layer: Layer.succeed(EventStore, store), reads: () => reads }
}

/** Builds the layer while the clock goes on; how that ended, and what was logged. */
const built = Effect.fnUntraced(function* (store: ReturnType<typeof storeFrom>, seconds: number) {
  const log = recordedLog()
  const layer = awaited(store.layer).pipe(Layer.provide(log.layer))
  const fiber = yield* Effect.forkChild(Effect.provide(Effect.result(EventStore), layer).pipe(Effect.result), {
    startImmediately: true
  })
  yield* TestClock.adjust(`${seconds} seconds`)
  const exit = fiber.pollUnsafe()
  yield* Fiber.interrupt(fiber)
  return { exit, lines: log.lines }
})

describe("an event store that is waited for", () => {
  it.effect("is there at once when it answers, and nothing is said", () =>
    Effect.gen(function* () {
      const store = storeFrom(0)
      const { exit, lines } = yield* built(store, 0)
      expect(exit).toMatchObject({ _tag: "Success", value: { _tag: "Success" } })
      expect([store.reads(), lines]).toEqual([1, []])
    })
  )

  it.effect("is there once it answers, and is said once to be waited for", () =>
    Effect.gen(function* () {
      const { exit, lines } = yield* built(storeFrom(29_000), 29.5)
      expect(exit).toMatchObject({ _tag: "Success", value: { _tag: "Success" } })
      expect(lines).toEqual([{ event: "event_store_awaited", code: "unavailable" }])
    })
  )

  it.effect("is given up after half a minute, and not before", () =>
    Effect.gen(function* () {
      expect((yield* built(storeFrom(1e9), 29)).exit).toBeUndefined()
      const { exit, lines } = yield* built(storeFrom(1e9), 31)
      expect(exit).toMatchObject({ value: { _tag: "Failure", failure: unavailable } })
      expect(lines).toHaveLength(1)
    })
  )
})
