import { describe, expect, it } from "vitest"
import { minute, simulated } from "../../model/scene.ts"

const day = 86_400_000

describe("a history whose times are ahead, since our clock was", () => {
  it.each([0, 400 * day, day, 2 * 60 * minute])(
    "(%d ms) requested while it was ahead, confirmed after it was put right: the verdict is asked for",
    (ahead) =>
      simulated(async (scene) => {
        const { platform, time } = scene.world
        time.skew = ahead
        scene.start()
        await scene.request("waiting")
        time.skew = 0
        await time.advance(2 * minute)
        expect(scene.state("waiting")).toBe("AwaitingImages")
        await scene.uploadDirectly("waiting")
        await time.advance(5000)
        expect(scene.state("waiting")).toBe("AwaitingVerdict")
        platform.decide(platform.submissions[0], "VALID", time.now)
        await time.advance(60 * minute)
        expect(scene.state("waiting")).toBe("Issued")
      })
  )

  it("requested while it was ahead, right after a restart, confirmed then: the verdict is asked for", () =>
    simulated(async (scene) => {
      const { platform, time } = scene.world
      time.skew = 400 * day
      scene.start()
      await scene.request("waiting")
      scene.kill()
      time.skew = 0
      scene.start()
      await time.advance(2 * minute)
      await scene.uploadDirectly("waiting")
      await time.advance(5000)
      expect(scene.state("waiting")).toBe("AwaitingVerdict")
      platform.decide(platform.submissions[0], "VALID", time.now)
      await time.advance(60 * minute)
      expect(scene.state("waiting")).toBe("Issued")
    }))

  it("confirmed while it was ahead, and the rows are made again: the verdict is asked for", () =>
    simulated(async (scene) => {
      const { platform, time, rows } = scene.world
      time.skew = 400 * day
      scene.start()
      await scene.request("waiting")
      await scene.uploadDirectly("waiting")
      await time.advance(5000)
      expect(scene.state("waiting")).toBe("AwaitingVerdict")
      scene.kill()
      time.skew = 0
      rows.rows.clear()
      rows.position = 0
      scene.start()
      platform.decide(platform.submissions[0], "VALID", time.now)
      await time.advance(60 * minute)
      expect(scene.state("waiting")).toBe("Issued")
    }))
})

describe("an attempt whose URL call was claimed while our clock was ahead and is lost", () => {
  it.each([0, 400 * day, 2 * 60 * minute])("(%d ms) does not hold up the user's next one after a restart", (ahead) =>
    simulated(async (scene) => {
      const { time, faults } = scene.world
      time.skew = ahead
      scene.start()
      faults.set("urls", ["lost_before", "lost_before", "lost_before"])
      await scene.request("again")
      await scene.withdraw("again")
      expect(scene.state("again")).toBe("Withdrawn")
      scene.kill()
      faults.clear()
      time.skew = 0
      scene.start()
      await time.advance(minute)
      await scene.request("again")
      expect(scene.state("again", 2)).toBeDefined()
      await time.advance(20 * minute)
      expect(scene.state("again", 2)).toBe("AwaitingImages")
    })
  )
})

describe("a confirmation that was claimed while our clock was ahead", () => {
  it.each([0, 400 * day])("(%d ms) and is hidden by another submission gets attention", (ahead) =>
    simulated(async (scene) => {
      const { platform, time } = scene.world
      time.skew = ahead
      scene.start()
      await scene.request("hidden")
      await scene.uploadDirectly("hidden")
      await time.advance(5000)
      time.skew = 0
      platform.submissions.push({
        id: "foreign",
        user: "hidden",
        openedBy: "by hand",
        openedAt: time.now,
        images: {},
        ranOut: false,
        words: []
      })
      await time.advance(20 * minute)
      const state = scene.replayed("hidden")?.state as { confirmation?: { attention?: unknown } }
      expect(state.confirmation?.attention).toBeDefined()
    })
  )
})
