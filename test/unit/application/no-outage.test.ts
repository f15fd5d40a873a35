import { describe, expect, it } from "vitest"
import type { Fault } from "../../model/line.ts"
import { minute, simulated } from "../../model/scene.ts"

describe("a confirmation of unknown result behind another submission, whose polls are answered", () => {
  it.each([
    [3, "is not given up for three polls, far apart, that got lost"],
    [0, "waits for a person"]
  ])("(%d lost) %s", (lost) =>
    simulated(async (scene) => {
      const { platform, time, faults } = scene.world
      scene.start()
      await scene.request("hidden")
      faults.set("confirm", ["lost_after"])
      platform.poll = () => ({ id: "opened by hand", word: undefined })
      await scene.uploadDirectly("hidden")
      await time.advance(2 * minute)
      expect(scene.state("hidden")).toBe("ReadyToConfirm")
      for (let i = 0; i < 8; i++) {
        // One poll is lost, and the many others in 20 minutes are answered.
        if (i < lost + 1 && i > 0) faults.set("poll", ["lost_before"] satisfies Array<Fault>)
        await time.advance(20 * minute)
      }
      expect(scene.state("hidden")).toBe("ReadyToConfirm")
      expect(scene.world.said.filter(({ event }) => event === "platform_unavailable")).toHaveLength(1 + lost)
    })
  )
})
