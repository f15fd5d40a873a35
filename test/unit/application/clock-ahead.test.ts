import { describe, expect, it } from "vitest"
import { pace } from "../../model/process.ts"
import { minute, simulated } from "../../model/scene.ts"

describe("a wall clock that is 400 days ahead", () => {
  const ahead = 400 * 86_400_000

  it.each(["jumps in the middle of an outage", "is so from the start"])("%s: nobody is given up or expires", (how) =>
    simulated(async (scene) => {
      const { time } = scene.world
      scene.start()
      await scene.request("waiting", "confirming")
      scene.outage(20 * minute)
      await scene.uploadDirectly("confirming")
      await scene.request("asking")
      await time.advance(2 * minute)
      if (how.startsWith("is so")) scene.kill()
      time.skew = ahead
      if (how.startsWith("is so")) scene.start()
      await time.advance(pace.giveUpAfter - minute)
      expect(scene.states()).toEqual({ waiting: "AwaitingImages", confirming: "ReadyToConfirm", asking: "Requested" })
      scene.outage(0)
      await time.advance(2 * minute)
      // The platform says what time it is: still nothing ends by ours.
      expect(scene.count("Failed") + scene.count("Expired")).toBe(0)
      expect(scene.said("clock_wrong")).toMatchObject([
        { detail: expect.stringMatching(/^Our clock has been 400d .*ahead/) }
      ])
      time.skew = 0
      await time.advance(2 * minute)
      expect(scene.said("clock_right")).toHaveLength(1)
    })
  )

  it.each([
    ["polled while it was ahead", "put right", "ahead later"],
    ["polled while it was ahead", "right after a restart", "ahead later"],
    ["confirmed while it was ahead", "put right", "ahead"],
    ["confirmed while it was ahead", "right after a restart", "ahead"]
  ])("a verdict that was %s is asked for soon, once the clock is %s", (_, how, when) =>
    simulated(async (scene) => {
      const { platform, time } = scene.world
      scene.start()
      if (when === "ahead") time.skew = ahead
      await scene.request("waiting")
      await scene.uploadDirectly("waiting")
      await time.advance(5000)
      expect(scene.states()).toEqual({ waiting: "AwaitingVerdict" })
      time.skew = ahead
      await time.advance(10 * minute)
      if (how.startsWith("right")) scene.kill()
      time.skew = 0
      if (how.startsWith("right")) scene.start()
      platform.decide(platform.submissions[0], "VALID", time.now)
      await time.advance(5 * minute)
      expect(scene.states()).toEqual({ waiting: "Issued" })
    })
  )
})
