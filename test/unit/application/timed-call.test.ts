import { describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { expect } from "vitest"
import { PlatformRefused, PlatformUnavailable, Superseded } from "../../../src/application/ports/esign-platform.ts"
import {
  BodyAborted,
  StorageHostRefused,
  StorageRefused,
  StorageUnavailable,
  UrlExpired
} from "../../../src/application/ports/object-storage.ts"
import { type CallError, timedCall } from "../../../src/application/timed-call.ts"
import { keptTelemetry } from "../../support/kept-telemetry.ts"

const outage = (effect: "none" | "unknown") =>
  new PlatformUnavailable({ operation: "confirm", effect, code: "timeout" })

const ends: ReadonlyArray<{ readonly as: string; readonly of: Effect.Effect<number, CallError> }> = [
  { as: "ok", of: Effect.succeed(1) },
  { as: "refused", of: Effect.fail(new PlatformRefused({ operation: "confirm" })) },
  { as: "unavailable", of: Effect.fail(outage("none")) },
  { as: "unknown", of: Effect.fail(outage("unknown")) },
  { as: "broken_off", of: Effect.fail(new Superseded()) },
  { as: "refused", of: Effect.fail(new StorageRefused({ code: "http_405" })) },
  { as: "refused", of: Effect.fail(new StorageHostRefused()) },
  { as: "expired", of: Effect.fail(new UrlExpired()) },
  { as: "unknown", of: Effect.fail(new StorageUnavailable({ code: "ECONNRESET" })) },
  { as: "broken_off", of: Effect.fail(new BodyAborted()) },
  { as: "broken_off", of: Effect.die(new Error("a bug")) }
]

describe("of a call is told how it ended", () => {
  it.effect.each(ends)("$as", ({ as, of }) => {
    const { calls, layer } = keptTelemetry()
    return Effect.gen(function* () {
      const exit = yield* Effect.exit(timedCall("confirm", of))
      expect(exit).toEqual(yield* Effect.exit(of))
      expect(calls).toMatchObject([{ call: "confirm", outcome: as }])
    }).pipe(Effect.provide(layer))
  })

  it.live("and how long it took, in seconds, also when nobody waits any more", () => {
    const { calls, layer } = keptTelemetry()
    return Effect.gen(function* () {
      yield* timedCall("poll", Effect.sleep("20 millis"))
      const fiber = yield* Effect.forkChild(timedCall("upload", Effect.never))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      expect(calls.map(({ call, outcome }) => [call, outcome])).toEqual([
        ["poll", "ok"],
        ["upload", "broken_off"]
      ])
      expect(calls[0]?.seconds).toBeGreaterThan(0.015)
      expect(calls[0]?.seconds).toBeLessThan(15)
    }).pipe(Effect.provide(layer))
  })
})
