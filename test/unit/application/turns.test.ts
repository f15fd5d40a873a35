import { describe, it } from "@effect/vitest"
import { Arbitrary, Deferred, Effect, Exit, Fiber, Option, Schema } from "effect"
import { expect } from "vitest"
import { Turns } from "../../../src/application/turns.ts"

/** Longer than any test runs. */
const long = 600_000
type Take = Turns["Service"]["take"]

const turns = (name: string, test: (take: Take) => Effect.Effect<void>) =>
  it.live(name, () => Turns.use(({ take }) => test(take)).pipe(Effect.provide(Turns.layer)))

const now = { startImmediately: true } as const

describe("turns", () => {
  turns("are taken one at a time, in the order of asking", (take) =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const gates = yield* Effect.all([Deferred.make<void>(), Deferred.make<void>(), Deferred.make<void>()])
      const fibers = []
      for (const [i, gate] of gates.entries()) {
        const work = Effect.gen(function* () {
          log.push(`${i} begins`)
          yield* Deferred.await(gate)
          log.push(`${i} ends`)
          return i
        })
        fibers.push(yield* Effect.forkChild(take("a", long, work), now))
      }
      for (const gate of gates.toReversed()) yield* Deferred.succeed(gate, undefined)
      expect(yield* Fiber.joinAll(fibers)).toEqual([Option.some(0), Option.some(1), Option.some(2)])
      expect(log).toEqual(["0 begins", "0 ends", "1 begins", "1 ends", "2 begins", "2 ends"])
    })
  )

  turns("of different keys do not wait for each other", (take) =>
    Effect.gen(function* () {
      const first = yield* Effect.forkChild(take("a", long, Effect.never), now)
      expect(yield* take("b", long, Effect.succeed(1))).toEqual(Option.some(1))
      yield* Fiber.interrupt(first)
    })
  )

  turns("that do not come in time are given up, and the line goes on without them", (take) =>
    Effect.gen(function* () {
      const first = yield* Effect.forkChild(take("a", long, Effect.never), now)
      let did = false
      const work = Effect.sync(() => {
        did = true
      })
      expect(yield* take("a", 5, work)).toEqual(Option.none())
      const third = yield* Effect.forkChild(take("a", long, Effect.succeed("third")), now)
      yield* Fiber.interrupt(first)
      expect(yield* Fiber.join(third)).toEqual(Option.some("third"))
      expect(did).toBe(false)
    })
  )

  turns("are given on after a failure, a defect and an interruption of the work", (take) =>
    Effect.gen(function* () {
      expect(Exit.isFailure(yield* Effect.exit(take("a", long, Effect.fail("no"))))).toBe(true)
      expect(Exit.isFailure(yield* Effect.exit(take("a", long, Effect.die("bug"))))).toBe(true)
      const working = yield* Effect.forkChild(take("a", long, Effect.never), now)
      const next = yield* Effect.forkChild(take("a", long, Effect.succeed("next")), now)
      yield* Fiber.interrupt(working)
      expect(yield* Fiber.join(next)).toEqual(Option.some("next"))
    })
  )

  turns("are given on by who is interrupted while waiting, however long it takes to end", (take) =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const first = yield* Effect.forkChild(take("a", long, Deferred.await(gate)), now)
      const cleaned = yield* Deferred.make<void>()
      const second = yield* Effect.forkChild(
        take("a", long, Effect.never).pipe(Effect.ensuring(Deferred.await(cleaned))),
        now
      )
      const third = yield* Effect.forkChild(take("a", long, Effect.succeed("third")), now)
      const interrupting = yield* Effect.forkChild(Fiber.interrupt(second), now)
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(first)
      expect(yield* Fiber.join(third)).toEqual(Option.some("third"))
      yield* Deferred.succeed(cleaned, undefined)
      yield* Fiber.join(interrupting)
    })
  )

  const Worker = Schema.Struct({
    key: Schema.Literals(["a", "b"]),
    /** Turns of the event loop. */
    asksAfter: Schema.Literals([0, 1, 2, 3]),
    works: Schema.Literals([0, 1, 2]),
    interruptedAfter: Schema.Literals([0, 1, 2, 3, 4, 1000]),
    patience: Schema.Literals([0, 1, long])
  })
  const turnsOfTheLoop = (n: number) =>
    Effect.forEach(Array.from({ length: n }), () => Effect.yieldNow, { discard: true })

  it.live.prop(
    "are never taken by two at once, and never lost, whoever is interrupted when",
    [Arbitrary.array(Arbitrary.schema(Worker), { maxLength: 8 })],
    ([workers]) =>
      Effect.gen(function* () {
        const { take } = yield* Turns
        const working = { a: 0, b: 0 }
        const work = (key: "a" | "b", n: number) =>
          Effect.gen(function* () {
            expect(++working[key]).toBe(1)
            yield* turnsOfTheLoop(n)
          }).pipe(Effect.ensuring(Effect.sync(() => working[key]--)))
        const fibers = yield* Effect.forEach(workers, ({ key, asksAfter, works, interruptedAfter, patience }) =>
          Effect.gen(function* () {
            yield* turnsOfTheLoop(asksAfter)
            const fiber = yield* Effect.forkChild(take(key, patience, work(key, works)), now)
            if (interruptedAfter === 1000) return yield* Fiber.await(fiber)
            yield* turnsOfTheLoop(interruptedAfter)
            yield* Fiber.interrupt(fiber)
            return yield* Fiber.await(fiber)
          }).pipe(Effect.forkChild)
        )
        for (const exit of yield* Effect.forEach(fibers, Fiber.join))
          if (Exit.isFailure(exit)) expect(Exit.hasInterrupts(exit)).toBe(true)
        for (const key of ["a", "b"] as const)
          expect(yield* take(key, 10_000, Effect.succeed("free"))).toEqual(Option.some("free"))
      }).pipe(Effect.provide(Turns.layer, { local: true })),
    { arbitrary: { runs: 200, size: 8 } }
  )
})
