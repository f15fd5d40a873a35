import { describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { expect, vi } from "vitest"
import { type Change, Changes } from "../../../src/application/changes.ts"
import type { Registration } from "../../../src/domain/registration/registration.ts"
import { fold } from "../../support/given.ts"
import { requested } from "../../support/registration-events.ts"

const change: Change = { state: fold([requested]) as Registration, revision: 0 }
const any = () => true
/** Longer than any test runs. */
const long = 600_000

const changes = (name: string, test: (changes: Changes["Service"]) => Effect.Effect<void>) =>
  it.live(name, () => Changes.use(test).pipe(Effect.provide(Changes.layer)))

describe("a change", () => {
  changes("wakes everybody who waits for this registration", ({ listen, publish }) =>
    Effect.gen(function* () {
      const waiting = yield* Effect.forkChild(
        Effect.all([listen("a", any).wait(long), listen("a", any).wait(long)], { concurrency: 2 }),
        {
          startImmediately: true
        }
      )
      const other = yield* Effect.forkChild(listen("b", any).wait(long), { startImmediately: true })
      publish("a", change)
      yield* Fiber.join(waiting)
      expect(other.pollUnsafe()).toBeUndefined()
      publish("b", change)
      yield* Fiber.join(other)
    })
  )

  changes("between listening and waiting is not lost", ({ listen, publish }) =>
    Effect.suspend(() => {
      const heard = listen("a", any)
      publish("a", change)
      return heard.wait(long)
    })
  )

  changes("before listening is not waited for, nor one of another registration", ({ listen, publish }) =>
    Effect.gen(function* () {
      publish("a", change)
      const heard = listen("a", any)
      publish("b", change)
      const waiting = yield* Effect.forkChild(heard.wait(long), { startImmediately: true })
      expect(waiting.pollUnsafe()).toBeUndefined()
      yield* Fiber.interrupt(waiting)
    })
  )

  changes("that is not wanted wakes nobody", ({ listen, publish }) =>
    Effect.gen(function* () {
      const heard = listen("a", ({ revision }) => revision > 1)
      const waiting = yield* Effect.forkChild(heard.wait(long), { startImmediately: true })
      publish("a", { ...change, revision: 1 })
      expect(waiting.pollUnsafe()).toBeUndefined()
      publish("a", { ...change, revision: 2 })
      yield* Fiber.join(waiting)
    })
  )

  changes("that does not come ends the wait", ({ listen }) => listen("a", any).wait(1))

  changes("can be listened for again by who is told", ({ listen, publish }) =>
    Effect.gen(function* () {
      const twice = listen("a", any)
        .wait(long)
        .pipe(Effect.andThen(Effect.suspend(() => listen("a", any).wait(long))))
      const waiting = yield* Effect.forkChild(twice, { startImmediately: true })
      publish("a", change)
      expect(waiting.pollUnsafe()).toBeUndefined()
      publish("a", change)
      yield* Fiber.join(waiting)
    })
  )
})

describe("who listened", () => {
  changes("leaves nothing behind: no listener, no timer", ({ listen, publish }) =>
    Effect.gen(function* () {
      const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length
      const before = timers()
      const added = vi.spyOn(Set.prototype, "add")
      for (let i = 0; i < 200; i++) {
        const stopped = listen("a", any)
        stopped.stop()
        stopped.stop()
        const waiting = yield* Effect.forkChild(listen("a", any).wait(long), { startImmediately: true })
        if (i % 2 === 0) publish("a", change)
        yield* Fiber.interrupt(waiting)
      }
      const { calls, contexts } = added.mock
      const listeners = contexts.filter((_, i) => typeof calls[i]?.[0] === "function") as ReadonlyArray<Set<unknown>>
      added.mockRestore()
      expect(listeners.length).toBeGreaterThan(0)
      expect(listeners.filter((set) => set.size > 0)).toEqual([])
      // The test runner has timers of its own.
      expect(timers()).toBeLessThan(before + 50)
    })
  )

  changes("does not take away the listeners of others when it stops late", ({ listen, publish }) =>
    Effect.gen(function* () {
      const early = listen("a", any)
      early.stop()
      const waiting = yield* Effect.forkChild(listen("a", any).wait(long), { startImmediately: true })
      early.stop()
      publish("a", change)
      yield* Fiber.join(waiting)
    })
  )
})
