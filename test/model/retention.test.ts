import "effect/schema/SchemaJITCompiler/enable"
import { Effect } from "effect"
import { expect, it } from "vitest"
import { streamOf } from "../../src/application/history/ids.ts"
import { erase, hold, release } from "./callers.ts"
import { idOf, minute, type Scene, simulated } from "./scene.ts"

/** Of a world whose `eraseAfter` is eight minutes, and of one where nothing is erased by itself. */
const [after8, never] = [3, 4]
const day = 24 * 60 * minute
const placed = (user: string, millis: number) => ({ do: "hold", after: 0, user, reason: "audit", millis }) as const
const types = ({ world }: Scene, user: string) => world.log.read(streamOf(idOf(user))).events.map(({ type }) => type)

it("holds whose time is over at a start end soon, also of those whose verdict is asked for with long pauses", () =>
  simulated(async (scene) => {
    const { time } = scene.world
    const users = ["ani", "budi", "citra", "dewi"]
    scene.start()
    for (const user of users) {
      await scene.request(user)
      await time.advance(minute)
      await scene.uploadDirectly(user)
    }
    await time.advance(minute)
    for (const user of users) {
      expect(scene.state(user)).toBe("AwaitingVerdict")
      await scene.run(hold(scene.world, idOf(user), placed(user, 15 * minute)))
    }
    // The verdict is long in coming: the pauses between polls are at their longest, of two minutes.
    await time.advance(14 * minute)
    scene.kill()
    await time.advance(3 * minute)
    scene.start()
    // Three sweeps, as for everything that waits for our clock, and a little more.
    await time.advance(100_000)
    expect(users.map((user) => types(scene, user).includes("HoldEnded"))).toEqual([true, true, true, true])
  }, never))

it.each(["its time is over", "it is ended"])(
  "an erasure asked for during a hold is carried out when %s, also where a restored log is waiting for an operator",
  (how) =>
    simulated(async (scene) => {
      const { time, platform, log } = scene.world
      scene.start()
      await scene.request("ani")
      await time.advance(minute)
      await scene.run(hold(scene.world, idOf("ani"), placed("ani", 5 * minute)))
      await scene.run(Effect.exit(erase(idOf("ani"))))
      expect(types(scene, "ani").at(-1)).toBe("ErasureRequested")
      scene.world.backup = log.entries.length
      scene.kill()
      const words = [{ word: "IN_PROGRESS" as const, at: time.now }]
      const lost = { id: "forgotten", user: "ani", openedBy: "x", openedAt: time.now, images: {}, ranOut: false }
      platform.submissions.push({ ...lost, confirmedBy: "y", words })
      scene.world.restore()
      scene.start()
      await time.advance(3 * minute)
      if (how === "it is ended") await scene.run(release(idOf("ani")))
      await time.advance(60 * minute)
      expect(types(scene, "ani")).toContain("AttentionRaised")
      expect(types(scene, "ani")).toContain("PersonalDataErased")
    }, never)
)

it("what was put off under a longer ERASE_AFTER is erased once that is short again", () =>
  simulated(async (scene) => {
    const { world } = scene
    scene.start()
    await scene.request("ani")
    await scene.withdraw("ani")
    scene.kill()
    const { eraseAfter = 0 } = world
    world.eraseAfter = 3650 * day
    await world.time.advance(2 * eraseAfter)
    scene.start()
    await world.time.advance(minute)
    expect(types(scene, "ani").at(-1)).toBe("Withdrawn")
    scene.kill()
    world.eraseAfter = eraseAfter
    scene.start()
    // Rows are not made anew here: the start may have ended before that was done.
    await world.time.advance(day)
    expect(types(scene, "ani").at(-1)).toBe("PersonalDataErased")
  }, after8))
