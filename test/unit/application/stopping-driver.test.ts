import { Effect } from "effect"
import { expect, it } from "vitest"
import { Health } from "../../../src/application/health.ts"
import { minute, simulated } from "../../model/scene.ts"

it("a process that is told to stop, and still takes requests, does not turn in circles over what becomes due", () =>
  simulated(async (scene) => {
    const { time } = scene.world
    scene.start()
    scene.world.platform.downUntil = time.now + 20 * minute
    await scene.request("waiting")
    await time.advance(5000)
    let timers = 0
    const set = globalThis.setTimeout
    globalThis.setTimeout = ((run: () => void, millis?: number) => {
      // A clock that stands still would turn in circles for ever.
      timers++
      return set(run, Math.max(1, millis ?? 0))
    }) as never
    await scene.run(Health.use(({ stop }) => Effect.sync(stop)))
    await time.advance(20_000)
    expect(timers).toBeLessThan(1000)
  }))
