import { describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { expect, vi } from "vitest"
import { Changes } from "../../../src/application/changes.ts"

/** Longer than any test runs. */
const long = 600_000

const changes = (name: string, test: (changes: Changes["Service"]) => Effect.Effect<void>) =>
  it.live(name, () => Changes.use(test).pipe(Effect.provide(Changes.layer)))

describe("a change", () => {
  changes("wakes everybody who waits for this registration", ({ listen, publish }) =>
    Effect.gen(function* () {
      const waiting = yield* Effect.forkChild(
        Effect.all([listen("a").wait(long), listen("a").wait(long)], { concurrency: 2 }),
        {
          startImmediately: true
        }
      )
      const other = yield* Effect.forkChild(listen("b").wait(long), { startImmediately: true })
      publish("a")
      yield* Fiber.join(waiting)
      expect(other.pollUnsafe()).toBeUndefined()
      publish("b")
      yield* Fiber.join(other)
    })
  )

  changes("between listening and waiting is not lost", ({ listen, publish }) =>
    Effect.suspend(() => {
      const change = listen("a")
      publish("a")
      return change.wait(long)
    })
  )

  changes("before listening is not waited for, nor one of another registration", ({ listen, publish }) =>
    Effect.gen(function* () {
      publish("a")
      const change = listen("a")
      publish("b")
      const waiting = yield* Effect.forkChild(change.wait(long), { startImmediately: true })
      expect(waiting.pollUnsafe()).toBeUndefined()
      yield* Fiber.interrupt(waiting)
    })
  )

  changes("that does not come ends the wait", ({ listen }) => listen("a").wait(1))

  changes("can be listened for again by who is told", ({ listen, publish }) =>
    Effect.gen(function* () {
      const twice = listen("a")
        .wait(long)
        .pipe(Effect.andThen(Effect.suspend(() => listen("a").wait(long))))
      const waiting = yield* Effect.forkChild(twice, { startImmediately: true })
      publish("a")
      expect(waiting.pollUnsafe()).toBeUndefined()
      publish("a")
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
        const stopped = listen("a")
        stopped.stop()
        stopped.stop()
        const waiting = yield* Effect.forkChild(listen("a").wait(long), { startImmediately: true })
        if (i % 2 === 0) publish("a")
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
      const early = listen("a")
      early.stop()
      const waiting = yield* Effect.forkChild(listen("a").wait(long), { startImmediately: true })
      early.stop()
      publish("a")
      yield* Fiber.join(waiting)
    })
  )
})
