import "effect/schema/SchemaJITCompiler/enable"
import { expect, it } from "vitest"
import { problemsOf } from "../../src/application/use-cases/name-problems.ts"
import { erase } from "./callers.ts"
import { idOf, minute, simulated } from "./scene.ts"

/** Of a world where nothing is erased by itself. */
const never = 4

it("a registration whose key was missing is not named by ready any more once it is erased", () =>
  simulated(async (scene) => {
    scene.start()
    scene.outage(2 * minute)
    await scene.request("ani")
    scene.world.keys.clear()
    const named = async () => {
      const problems = await scene.run(problemsOf({ wall: scene.world.time.wall, monotonic: performance.now() }))
      return problems?.map(({ dependency }) => dependency)
    }
    await scene.world.time.advance(5 * minute)
    expect(await named()).toContain("registration")
    await scene.run(erase(idOf("ani")))
    await scene.world.time.advance(10 * minute)
    expect(await named()).not.toContain("registration")
  }, never))

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
