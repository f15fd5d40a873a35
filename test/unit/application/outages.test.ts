import { describe, expect, it } from "vitest"
import { pace } from "../../model/process.ts"
import { replay } from "../../model/replay.ts"
import { idOf, minute, simulated } from "../../model/scene.ts"

const week = 7 * 86_400_000
const usersOf = (count: number) => Array.from({ length: count }, (_, i) => `user-${i}`)

describe("an outage of the platform", () => {
  it("is met with single calls, is said once, and ends without anybody being left behind", () =>
    simulated(async (scene) => {
      const { platform, time } = scene.world
      scene.start()
      scene.outage(4 * minute)
      await scene.request(...usersOf(40))
      await time.advance(2 * minute)
      const calls = platform.transmissions.length
      // Of the first few that fail together, and then of one at a time with growing pauses.
      expect(calls).toBeGreaterThan(5)
      expect(calls).toBeLessThan(40)
      expect(scene.said("platform_unavailable")).toHaveLength(calls)
      expect(scene.said("dependency_down")).toMatchObject([
        {
          operation: "urls",
          code: "ECONNREFUSED",
          count: 5,
          detail: expect.stringMatching(
            /^Calls for upload URLs have failed since 2026-11-25T10:00:0\S+Z: 5 in a row, the last one at \S+Z with ECONNREFUSED\. One at a time is tried, the next one at 2026-11-25T10:00:0\S+Z\.$/
          )
        }
      ])
      await scene.request("late-1", "late-2")
      await time.advance(3 * minute)
      expect(scene.count("AwaitingImages")).toBe(42)
      expect(scene.said("dependency_down")).toHaveLength(1)
      expect(scene.said("dependency_up")).toMatchObject([
        {
          operation: "urls",
          detail: expect.stringMatching(/^Calls for upload URLs get through again, after [45]m [^.]*\.$/)
        }
      ])
    }))

  it("ends what it lasted too long for, also what behind the closed gate never had its turn, and nothing else", () =>
    simulated(async (scene) => {
      const { time } = scene.world
      scene.start()
      await scene.request("confirming")
      scene.outage(9 * minute)
      await scene.uploadDirectly("confirming")
      await scene.request(...usersOf(60))
      await time.advance(3 * minute)
      await scene.request("late")
      await time.advance(4 * minute)
      const { late, ...early } = scene.states()
      expect(late).toBe("Requested")
      expect(new Set(Object.values(early))).toEqual(new Set(["Failed"]))
      for (const [user, at] of scene.requestedAt)
        if (user !== "late") expect((scene.givenUpAt(user) ?? 0) - at, user).toBeGreaterThan(pace.giveUpAfter)
      const claimed = replay(scene.world)
      const unclaimed = usersOf(60).filter((user) => claimed.get(`registration-${idOf(user)}`)?.events.length === 2)
      expect(unclaimed.length).toBeGreaterThan(0)
      scene.outage(0)
      await time.advance(minute)
      expect(scene.states()["late"]).toBe("AwaitingImages")
    }))
})

describe("more registrations than one sweep finds, in an outage whose pauses are shorter than a sweep's", () => {
  it("are all looked at after a restart", () =>
    simulated(async (scene) => {
      const { time, log } = scene.world
      expect(pace.retryMaxDelay).toBeLessThan(pace.sweepInterval)
      scene.start()
      scene.outage(20 * minute)
      await scene.request(...usersOf(1500))
      scene.kill()
      const seen = new Set<string>()
      const { read } = log
      log.read = (stream, from) => {
        seen.add(stream)
        return read.call(log, stream, from)
      }
      scene.start()
      await time.advance(2 * minute)
      expect(usersOf(1500).filter((user) => !seen.has(`registration-${idOf(user)}`))).toEqual([])
      expect(scene.count("Failed")).toBe(0)
    }))
})

describe("a week during which we ourselves did not run", () => {
  it("fails nobody, although the platform is away too when we come back", () =>
    simulated(async (scene) => {
      const { time, faults } = scene.world
      scene.start()
      await scene.request("waiting", "confirming")
      scene.outage(minute)
      await scene.uploadDirectly("confirming")
      await scene.request("asking")
      await time.advance(10_000)
      scene.kill()
      await time.advance(week)
      // It answers, and so tells the time, but does nothing.
      for (const call of ["urls", "confirm", "poll"]) faults.set(call, Array(1000).fill("turned_away"))
      scene.start()
      await time.advance(pace.giveUpAfter - minute)
      expect(scene.said("platform_unavailable").length).toBeGreaterThan(6)
      expect(scene.count("Failed")).toBe(0)
      faults.clear()
      await time.advance(2 * minute)
      // Their window closed long ago, by a clock that is right; the images of the other one are there.
      expect(scene.states()).toEqual({ waiting: "Expired", confirming: "AwaitingVerdict", asking: "Expired" })
    }))
})
