import { it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { afterEach, beforeEach, describe, expect, vi } from "vitest"
import { Health } from "../../../src/application/health.ts"
import { LogPutBack } from "../../../src/application/history/last-event.ts"
import { keepWorking } from "../../../src/application/keep-working.ts"
import { EventStoreUnavailable } from "../../../src/application/ports/event-store.ts"
import { PublisherState } from "../../../src/application/publishing/publisher-state.ts"
import { TrustedClock } from "../../../src/application/trusted-clock.ts"
import { problemsOf } from "../../../src/application/use-cases/name-problems.ts"
import { noMessages } from "../../support/no-messages.ts"
import { noTombstones } from "../../support/no-tombstones.ts"
import { recordedLog } from "../../support/recorded-log.ts"

let monotonic = 0
beforeEach(() => {
  monotonic = 0
  vi.spyOn(performance, "now").mockImplementation(() => monotonic)
})
afterEach(() => vi.restoreAllMocks())

const pass = (millis: number) =>
  Effect.suspend(() => {
    monotonic += millis
    return TestClock.adjust(millis)
  })
const problems = Effect.suspend(() => problemsOf({ wall: monotonic, monotonic })).pipe(
  Effect.map((all) => all.filter(({ dependency }) => dependency === "eventStore"))
)
const layer = () =>
  Layer.mergeAll(Health.layer, PublisherState.layer, TrustedClock.layer, noMessages, noTombstones, recordedLog().layer)
const unavailable = (code: string) => new EventStoreUnavailable({ operation: "feed", stored: "no", code })

/** Work that fails so many times at once, and then goes on without a word. */
const failing = (times: number, error: unknown) => {
  let left = times
  return Effect.suspend(() => (left-- > 0 ? Effect.fail(error) : Effect.never))
}
const started = (times: number, error: unknown) =>
  Effect.andThen(Effect.forkChild(keepWorking("projection", failing(times, error))), Effect.yieldNow)

describe("work that fails", () => {
  it.effect("is a problem since it failed first, with how often it did", () =>
    Effect.gen(function* () {
      expect(yield* problems).toEqual([])
      yield* started(3, unavailable("timeout"))
      yield* pass(5000)
      yield* pass(5000)
      expect(yield* problems).toEqual([
        {
          dependency: "eventStore",
          operation: "projection",
          since: "1970-01-01T00:00:00.000Z",
          detail:
            "The projection, without which nothing that is accepted is driven, has failed since 1970-01-01T00:00:00.000Z: 3 in a row, the last one at 1970-01-01T00:00:10.000Z with timeout."
        }
      ])
    }).pipe(Effect.provide(layer()))
  )

  it.effect("is none any more once it got something done", () =>
    Effect.gen(function* () {
      yield* started(1, unavailable("timeout"))
      yield* Health.use(({ works }) => Effect.sync(() => works("drive")))
      expect(yield* problems).toHaveLength(1)
      yield* Health.use(({ works }) => Effect.sync(() => works("projection")))
      expect(yield* problems).toEqual([])
    }).pipe(Effect.provide(layer()))
  )

  it.effect(
    "is none any more when it has not failed for longer than it would take to, and begins anew after that",
    () =>
      Effect.gen(function* () {
        yield* started(2, unavailable("timeout"))
        yield* pass(5000)
        yield* pass(60_000)
        expect(yield* problems).toHaveLength(1)
        yield* pass(1000)
        expect(yield* problems).toEqual([])
        yield* Health.use(({ workFailed }) => Effect.sync(() => workFailed("projection", monotonic, "timeout")))
        expect(yield* problems).toMatchObject([
          { since: "1970-01-01T00:01:06.000Z", detail: expect.stringContaining(": once, ") }
        ])
      }).pipe(Effect.provide(layer()))
  )

  for (const error of [new LogPutBack({}), unavailable("position_beyond_end"), unavailable("invalid_argument")])
    it.effect(`says what to do where another try will not mend it (${error.code})`, () =>
      Effect.gen(function* () {
        yield* started(1, error)
        const [problem] = yield* problems
        expect(problem?.detail).toMatch(`with ${error.code}. The log may have been put back from a backup`)
        expect(problem?.detail).toMatch("stop it, and start it once with --after-restore.")
      }).pipe(Effect.provide(layer()))
    )
})
