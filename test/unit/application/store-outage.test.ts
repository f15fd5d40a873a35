import { describe, expect, it } from "vitest"
import type { Fault } from "../../model/line.ts"
import { minute, simulated } from "../../model/scene.ts"

const usersOf = (count: number) => Array.from({ length: count }, (_, i) => `user-${i}`)
const faults = (count: number) => Array<Fault>(count).fill("turned_away")
const most = 100_000

describe("an outage of the event store while many registrations are due", () => {
  it.each(["read", "append"])("(%s) is said once and so is its end, and the store is asked little meanwhile", (kind) =>
    simulated(async (scene) => {
      const { time, faults: ahead } = scene.world
      scene.start()
      // Each of them has a step that is due again and again.
      scene.outage(minute)
      await scene.request(...usersOf(200))
      const down = faults(most)
      ahead.set(kind, down)
      await time.advance(4 * minute)
      expect(scene.count("Requested")).toBe(200)
      const asked = most - down.length
      expect(asked).toBeGreaterThan(20)
      // Those that were under way when it began, and then one every two seconds.
      expect(asked).toBeLessThan(200 + 4 * 60)
      expect(scene.said("step_failed")).toMatchObject([{ tag: "EventStoreUnavailable", code: "SQLITE_IOERR" }])
      expect(scene.said("steps_resumed")).toEqual([])
      ahead.clear()
      await time.advance(minute)
      expect(scene.count("AwaitingImages")).toBe(200)
      expect(scene.said("step_failed")).toHaveLength(1)
      expect(scene.said("steps_resumed")).toEqual([{ event: "steps_resumed", count: expect.any(Number) }])
    })
  )

  it("that is over is said again when it comes again", () =>
    simulated(async (scene) => {
      const { time, faults: ahead } = scene.world
      scene.start()
      for (const user of ["first", "second"]) {
        scene.outage(5000)
        await scene.request(user)
        ahead.set("read", faults(3))
        await time.advance(minute)
        expect(scene.state(user)).toBe("AwaitingImages")
      }
      expect(scene.said("step_failed")).toHaveLength(2)
      expect(scene.said("steps_resumed")).toEqual([
        { event: "steps_resumed", count: 3 },
        { event: "steps_resumed", count: 3 }
      ])
    }))
})
