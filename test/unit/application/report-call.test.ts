import { describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { expect } from "vitest"
import { calling, GateClosed } from "../../../src/application/driving/calling.ts"
import { Failures } from "../../../src/application/driving/failures.ts"
import { Gate, type Kind } from "../../../src/application/driving/gate.ts"
import { Health } from "../../../src/application/health.ts"
import { type Operation, PlatformRefused, PlatformUnavailable } from "../../../src/application/ports/esign-platform.ts"
import { PublisherState } from "../../../src/application/publishing/publisher-state.ts"
import { callAnswered, callFailed } from "../../../src/application/report-call.ts"
import { TrustedClock } from "../../../src/application/trusted-clock.ts"
import { problemsOf } from "../../../src/application/use-cases/name-problems.ts"
import { noMessages } from "../../support/no-messages.ts"
import { noTombstones } from "../../support/no-tombstones.ts"
import { recordedLog } from "../../support/recorded-log.ts"
import { settingsWith } from "../../support/settings.ts"
import { silentTelemetry } from "../../support/silent-telemetry.ts"

const services = () => {
  const { lines, layer } = recordedLog()
  const state = Layer.mergeAll(
    Health.layer,
    PublisherState.layer,
    Failures.layer,
    TrustedClock.layer,
    noMessages,
    noTombstones,
    silentTelemetry,
    layer
  )
  return { lines, layer: Gate.layer.pipe(Layer.provideMerge(Layer.mergeAll(state, settingsWith()))) }
}
type Services = Layer.Success<ReturnType<typeof services>["layer"]>
type Lines = ReturnType<typeof recordedLog>["lines"]

const test = (name: string, body: (lines: Lines) => Effect.Effect<void, never, Services>) =>
  it.live(name, () => {
    const { lines, layer } = services()
    return body(lines).pipe(Effect.provide(layer))
  })

const call = (kind: Kind, answer: Effect.Effect<unknown, PlatformUnavailable | PlatformRefused>) =>
  Effect.ignore(calling(kind, "r", answer))
const fails = (kind: Kind, code = "http_503", operation: Operation = kind) =>
  call(kind, Effect.fail(new PlatformUnavailable({ operation, effect: "unknown", code })))
const answers = (kind: Kind) => call(kind, Effect.void)
const times = <R>(count: number, effect: Effect.Effect<unknown, never, R>) =>
  Effect.forEach(Array.from({ length: count }), () => effect, { discard: true })
const platform = Health.useSync(({ conditions }) => conditions().platform)
const problems = Effect.suspend(() => problemsOf({ wall: Date.now(), monotonic: performance.now() }))
const events = (lines: Lines, ...wanted: ReadonlyArray<string>) =>
  lines.filter(({ event }) => wanted.includes(event)).map(({ event, operation }) => `${event} ${operation}`)

describe("the platform", () => {
  test("is down while calls of any kind fail: that polls get through says nothing of confirmations", () =>
    Effect.gen(function* () {
      expect([yield* platform, yield* problems]).toEqual(["up", []])
      yield* fails("confirm", "timeout")
      yield* answers("poll")
      yield* answers("urls")
      expect(yield* platform).toBe("down")
      expect(yield* problems).toMatchObject([
        {
          dependency: "platform",
          operation: "confirm",
          since: expect.stringMatching(/Z$/),
          detail: expect.stringMatching(
            /^Confirmations have failed since \S+Z: once, the last one at \S+Z with timeout\.$/
          )
        }
      ])
      yield* call("confirm", Effect.fail(new PlatformRefused({ operation: "confirm", reasonCode: "NO" })))
      expect([yield* platform, yield* problems]).toEqual(["up", []])
    }))

  test("without a token is said of the token, not of the calls that wait for it", () =>
    Effect.gen(function* () {
      yield* fails("urls", "http_401", "token")
      yield* fails("confirm", "http_401", "token")
      expect((yield* problems).map(({ operation }) => operation)).toEqual(["token"])
      // It was turned away, or not answered, with a token.
      yield* fails("urls", "http_500")
      expect((yield* problems).map(({ operation }) => operation)).toEqual(["urls"])
    }))
})

describe("a kind of call that keeps failing", () => {
  test("is logged once when it does, and once when it is over, however many wait meanwhile", (lines) =>
    Effect.gen(function* () {
      yield* times(4, fails("poll"))
      expect(events(lines, "dependency_down")).toEqual([])
      yield* fails("poll")
      // Behind the closed gate nothing is called, and nothing is said.
      yield* times(1000, fails("poll"))
      expect(events(lines, "dependency_down")).toEqual(["dependency_down poll"])
      expect(events(lines, "platform_unavailable")).toHaveLength(5)
      expect((yield* problems)[0]?.detail).toMatch(
        /5 in a row, the last one at \S+Z with http_503\. One at a time is tried, the next one at \S+Z\.$/
      )
      yield* callAnswered("poll")
      yield* callAnswered("poll")
      expect(events(lines, "dependency_down", "dependency_up")).toEqual(["dependency_down poll", "dependency_up poll"])
      expect(lines.at(-1)).toMatchObject({
        count: 5,
        millis: expect.any(Number),
        detail: expect.stringMatching(/^Polls get through again, after /)
      })
    }))

  test("lets the others through", () =>
    Effect.gen(function* () {
      yield* times(5, fails("confirm"))
      const closed = calling("confirm", "r", Effect.void).pipe(Effect.catch((error) => Effect.succeed(error)))
      expect(yield* closed).toBeInstanceOf(GateClosed)
      yield* calling("poll", "r", Effect.void).pipe(Effect.orDie)
    }))

  test("is told of a single failure by ready alone", (lines) =>
    Effect.gen(function* () {
      yield* times(4, callFailed("upload", "timeout"))
      yield* callAnswered("upload")
      expect(lines).toEqual([])
      yield* times(6, callFailed("upload", "timeout"))
      expect(events(lines, "dependency_down")).toEqual(["dependency_down upload"])
      expect(yield* Health.useSync(({ conditions }) => conditions())).toMatchObject({ platform: "up", storage: "down" })
      expect((yield* problems)[0]).toMatchObject({ dependency: "storage", operation: "upload" })
    }))
})
