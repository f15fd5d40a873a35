import { describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { Failures } from "../../../src/application/driving/failures.ts"
import { Transmissions } from "../../../src/application/driving/transmissions.ts"

const ids = Array.from({ length: 10_001 }, (_, i) => `r${i}`)

describe("failures", () => {
  it.effect("are counted by registration and kind, until one such call is answered", () =>
    Effect.gen(function* () {
      const failures = yield* Failures
      const of = (id: string) => failures.of(id, "confirm")
      for (const [now, id] of ["a", "a", "b", "a"].entries()) failures.failed(id, "confirm", now, `http_50${now}`)
      const ofB = { count: 1, since: 2, last: 2, code: "http_502" }
      expect([of("a"), of("b"), of("c")]).toEqual([{ count: 3, since: 0, last: 3, code: "http_503" }, ofB, undefined])
      failures.answered("a", "confirm")
      failures.answered("b", "poll")
      failures.answered("c", "confirm")
      expect([of("a"), of("b"), of("c")]).toEqual([undefined, ofB, undefined])
    }).pipe(Effect.provide(Failures.layer))
  )

  it.effect("of 10,000 registrations are remembered, the oldest is forgotten", () =>
    Effect.gen(function* () {
      const failures = yield* Failures
      for (const id of ids) failures.failed(id, "urls", 0, "timeout")
      expect(ids.filter((id) => failures.of(id, "urls") === undefined)).toEqual(["r0"])
    }).pipe(Effect.provide(Failures.layer))
  )
})

describe("transmissions", () => {
  it.effect("are known until they are settled", () =>
    Effect.gen(function* () {
      const transmissions = yield* Transmissions
      transmissions.set("a", { at: 1, effect: "none", denials: 0 })
      transmissions.set("a", { at: 2, effect: "unknown", denials: 1 })
      expect(transmissions.of("a")).toEqual({ at: 2, effect: "unknown", denials: 1 })
      transmissions.settled("a")
      transmissions.settled("b")
      expect(transmissions.of("a")).toBeUndefined()
    }).pipe(Effect.provide(Transmissions.layer))
  )

  it.effect("of 10,000 registrations are remembered, the oldest is forgotten", () =>
    Effect.gen(function* () {
      const transmissions = yield* Transmissions
      for (const id of ids) transmissions.set(id, { at: 1, effect: "unknown", denials: 0 })
      expect(ids.filter((id) => transmissions.of(id) === undefined)).toEqual(["r0"])
    }).pipe(Effect.provide(Transmissions.layer))
  )
})
