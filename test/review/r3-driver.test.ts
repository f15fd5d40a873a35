import "effect/schema/SchemaJITCompiler/enable"
import { Effect } from "effect"
import { expect, it } from "vitest"
import { streamOf } from "../../src/application/history/ids.ts"
import { problemsOf } from "../../src/application/use-cases/name-problems.ts"
import { erase, hold, release } from "../model/callers.ts"
import { idOf, minute, type Scene, simulated } from "../model/scene.ts"

const never = 4
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

it("a registration whose key was missing is not named by ready any more once it is erased", () =>
  simulated(async (scene) => {
    scene.start()
    scene.outage(2 * minute)
    await scene.request("ani")
    scene.world.keys.clear()
    const named = async () =>
      (await scene.run(problemsOf({ wall: scene.world.time.wall, monotonic: performance.now() })))?.map(
        ({ dependency }) => dependency
      )
    await scene.world.time.advance(5 * minute)
    await scene.run(erase(idOf("ani")))
    await scene.world.time.advance(10 * minute)
    expect(await named()).toEqual([])
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

it("a registration whose key is missing is left alone: the platform is not called for it again and again", () =>
  simulated(async (scene) => {
    const { platform, time, keys } = scene.world
    scene.start()
    scene.outage(2 * minute)
    await scene.request("ani")
    keys.clear()
    await time.advance(10 * minute)
    const calls = () => platform.transmissions.filter(({ call }) => call === "urls").length
    const before = calls()
    expect(scene.said("key_missing")).toHaveLength(1)
    await time.advance(15 * minute)
    expect(calls() - before).toBe(0)
  }, never))
