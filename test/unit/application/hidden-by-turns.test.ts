import { describe, expect, it } from "vitest"
import { callback } from "../../model/callers.ts"
import { minute, simulated } from "../../model/scene.ts"

describe("polls that answer for ours and for another submission by turns", () => {
  it.each([false, true])("(reported: %s) raise attention once, and add nothing more", (reported) =>
    simulated(async (scene) => {
      const { platform, time } = scene.world
      scene.start()
      await scene.request("flapping")
      await scene.uploadDirectly("flapping")
      await time.advance(60_000)
      expect(scene.state("flapping")).toBe("AwaitingVerdict")
      if (reported) {
        const called = callback(scene.world, {
          do: "callback",
          after: 0,
          user: "flapping",
          word: "VALID",
          isOld: false,
          isNamed: true
        })
        if (called) await scene.run(called.recorded)
      }
      const before = scene.replayed("flapping")?.events.length ?? 0
      const real = platform.poll.bind(platform)
      let n = 0
      platform.poll = (user, now) => (++n % 2 === 0 ? { id: "foreign", word: undefined } : real(user, now))
      await time.advance(60 * minute)
      expect(scene.state("flapping")).toBe("AwaitingVerdict")
      const added = (scene.replayed("flapping")?.events.length ?? 0) - before
      expect(added).toBeLessThanOrEqual(1)
    })
  )
})
