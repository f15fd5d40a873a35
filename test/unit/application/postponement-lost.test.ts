import { expect, it } from "vitest"
import { minute, simulated } from "../../model/scene.ts"

it.each([true, false])(
  "(rows can be written: %s) a poll that was put off waits for its pause, also where the disk takes no write",
  (writable) =>
    simulated(async (scene) => {
      const { platform, rows, time } = scene.world
      scene.start()
      await scene.request("waiting")
      await scene.uploadDirectly("waiting")
      await time.advance(5000)
      expect(scene.state("waiting")).toBe("AwaitingVerdict")
      let polls = 0
      const real = platform.poll.bind(platform)
      platform.poll = (user, now) => {
        polls++
        return real(user, now)
      }
      // What ViewsUnavailable on a postponement comes to: it is swallowed.
      if (!writable) rows.postpone = () => {}
      await time.advance(60 * minute)
      // Pauses of 20, 40, 80 and then 120 seconds.
      expect(polls).toBeLessThanOrEqual(35)
    })
)
