import { describe, expect, it } from "vitest"
import { upload } from "../../model/callers.ts"
import { pace } from "../../model/process.ts"
import { idOf, minute, simulated } from "../../model/scene.ts"

type Scene = Parameters<Parameters<typeof simulated>[0]>[0]

/** The log is put back to what it is now, after a crash; what polls ask from then on. */
const putBack = (scene: Scene, events = scene.world.log.entries.length) => {
  const { world } = scene
  scene.kill()
  world.backup = events
  world.restore()
  const polls: Array<{ readonly user: string; readonly after: number }> = []
  const real = world.platform.poll.bind(world.platform)
  world.platform.poll = (user, now) => {
    polls.push({ user, after: now - world.restoredAt })
    return real(user, now)
  }
  scene.start()
  return polls
}

const awaiting = async (scene: Scene, user: string) => {
  scene.start()
  await scene.request(user)
  await scene.world.time.advance(3000)
  expect(scene.state(user)).toBe("AwaitingImages")
}

describe("after a restore", () => {
  it("what is open is reconciled by two polls, late enough, and not again after a restart", () =>
    simulated(async (scene) => {
      const { time, rows } = scene.world
      await awaiting(scene, "ani")
      const polls = putBack(scene)
      await time.advance(5 * minute)
      expect(rows.rows.get(idOf("ani"))?.reconciledIn).toBe(1)
      expect(polls.map(({ user }) => user)).toEqual(["ani", "ani"])
      for (const { after } of polls) expect(after).toBeGreaterThanOrEqual(3 * pace.esignTimeout)
      scene.kill()
      scene.start()
      await scene.uploadDirectly("ani")
      await time.advance(5000)
      expect(scene.state("ani")).toBe("AwaitingVerdict")
      scene.kill()
      scene.start()
      const before = polls.length
      await scene.request("budi")
      await time.advance(4000)
      expect(scene.state("budi")).toBe("AwaitingImages")
      expect(polls.slice(before).filter(({ user }) => user === "budi")).toEqual([])
    }))

  it("a row that is made anew is reconciled once more, which does no harm", () =>
    simulated(async (scene) => {
      const { time, rows } = scene.world
      await awaiting(scene, "ani")
      const polls = putBack(scene)
      await time.advance(5 * minute)
      scene.kill()
      rows.reset()
      scene.start()
      await time.advance(5 * minute)
      expect(polls).toHaveLength(4)
      expect(scene.state("ani")).toBe("AwaitingImages")
    }))

  it("nobody expires and nobody is given up before he was reconciled, however long that takes", () =>
    simulated(async (scene) => {
      const { time, faults } = scene.world
      scene.start()
      await scene.request("ani")
      await time.advance(3000)
      const one = scene.replayed("ani")?.events.findIndex(({ event }) => event._tag === "UrlsIssued") ?? 0
      // Its URLs are forgotten: what it waits for can be given up otherwise.
      putBack(scene, one)
      faults.set("poll", Array(10_000).fill("lost_before"))
      await scene.request("budi")
      await time.advance(pace.uploadWindow + 10 * minute)
      // Our clock is trusted, and time is up.
      expect(scene.states()).toEqual({ ani: "Requested", budi: "Expired" })
      faults.clear()
      await time.advance(5 * minute)
      expect(scene.state("ani")).toBe("Expired")
    }))

  it("a verdict that is waited for is reconciled at once", () =>
    simulated(async (scene) => {
      const { time, platform } = scene.world
      await awaiting(scene, "ani")
      await scene.uploadDirectly("ani")
      await time.advance(2000)
      expect(scene.state("ani")).toBe("AwaitingVerdict")
      const polls = putBack(scene)
      platform.decide(platform.ofUser("ani").at(-1), "VALID", time.now)
      await time.advance(5000)
      expect(scene.state("ani")).toBe("Issued")
      expect(polls).toHaveLength(1)
    }))

  it("an image may come before anything was reconciled, and a confirmation of before is found all the same", () =>
    simulated(async (scene) => {
      const { time, platform, log } = scene.world
      await awaiting(scene, "ani")
      const before = log.entries.length
      await scene.uploadDirectly("ani")
      await time.advance(2000)
      putBack(scene, before)
      for (const [picture, document] of ["ktp", "selfie"].entries())
        await scene.run(
          upload(scene.world, idOf("ani"), {
            do: "upload",
            after: 0,
            user: "ani",
            document: document as "ktp",
            picture
          })
        )
      await time.advance(2 * minute)
      expect(platform.transmissions.filter(({ call }) => call === "confirm")).toHaveLength(1)
      expect(scene.replayed("ani")?.events.map(({ event }) => event._tag)).toContain("Confirmed")
    }))
})
