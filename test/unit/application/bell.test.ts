import { it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { expect } from "vitest"
import { Bell } from "../../../src/application/bell.ts"

const isWaiting = (fiber: Fiber.Fiber<void>) => fiber.pollUnsafe() === undefined
const begin = (bell: Bell) => Effect.tap(Effect.forkChild(bell.wait()), () => Effect.yieldNow)

it.live("wakes who waits, once", () =>
  Effect.gen(function* () {
    const bell = new Bell()
    const first = yield* begin(bell)
    expect(isWaiting(first)).toBe(true)
    bell.ring()
    yield* Fiber.join(first)
    const second = yield* begin(bell)
    expect(isWaiting(second)).toBe(true)
    yield* Fiber.interrupt(second)
  })
)

it.live("keeps a ring for the next one: while nobody waits, and after one was interrupted", () =>
  Effect.gen(function* () {
    const bell = new Bell()
    yield* Effect.flatMap(begin(bell), Fiber.interrupt)
    bell.ring()
    bell.ring()
    yield* bell.wait()
    yield* bell.wait(1)
  })
)
