import { describe, expect, it } from "vitest"
import type { Fault } from "../../model/line.ts"
import { minute, simulated } from "../../model/scene.ts"

describe("polls that fail while confirmations are answered", () => {
  it.each([
    [0, 1],
    [3, 1],
    [3, 2],
    [10, 1],
    [10, 2]
  ])(
    "(%d min, seed %d) a confirmation that was turned away, and that nobody has to ask about, is sent again",
    (wait, seed) =>
      simulated(async (scene) => {
        const { time, faults } = scene.world
        scene.start()
        const others = Array.from({ length: 80 }, (_, i) => `other-${i}`)
        for (const user of others) {
          await scene.request(user)
          await time.advance(1000)
          await scene.uploadDirectly(user)
        }
        await time.advance(30_000)
        expect(others.filter((user) => scene.state(user) === "AwaitingVerdict")).toHaveLength(80)
        if (wait > 0) faults.set("poll", Array<Fault>(100_000).fill("lost_before"))
        await time.advance(3 * minute)
        await scene.request("late")
        faults.set("confirm", ["turned_away", "turned_away"])
        await scene.uploadDirectly("late")
        await time.advance(Math.max(1, wait) * minute)
        const sent = scene.world.platform.transmissions.filter(({ call }) => call === "confirm").length
        expect([scene.state("late"), sent]).toEqual(["AwaitingVerdict", 83])
      }, seed)
  )
})

describe("an outage of polls", () => {
  const untilIssued = async (outage: number) => {
    let waited = 0
    await simulated(async (scene) => {
      const { platform, time, faults } = scene.world
      scene.start()
      await scene.request("one")
      await scene.uploadDirectly("one")
      await time.advance(5000)
      expect(scene.state("one")).toBe("AwaitingVerdict")
      if (outage > 0) faults.set("poll", Array<Fault>(1000).fill("lost_before"))
      await time.advance(Math.max(outage, 1))
      faults.clear()
      // The first answer after it: nothing is decided yet.
      const said = platform.said.size
      while (platform.said.size === said) await time.advance(1000)
      platform.decide(platform.submissions[0], "VALID", time.now)
      while (scene.state("one") !== "Issued" && waited < 60 * minute) {
        await time.advance(1000)
        waited += 1000
      }
    })
    return waited
  }
  it("does not make the pauses after it longer: they grow with what is undecided alone", async () => {
    expect(await untilIssued(0)).toBeLessThanOrEqual(25_000)
    expect(await untilIssued(5 * minute)).toBeLessThanOrEqual(45_000)
  })
})
