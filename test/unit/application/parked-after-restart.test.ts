import { expect, it } from "vitest"
import { chain } from "../../../src/application/history/chain.ts"
import { problemsOf } from "../../../src/application/use-cases/name-problems.ts"
import { idOf, minute, simulated } from "../../model/scene.ts"

it("a registration that is parked is named by ready, also within five minutes of a restart, and looked at now and then", () =>
  simulated(async (scene) => {
    const { log, time } = scene.world
    scene.start()
    await scene.request("parked")
    const stream = `registration-${idOf("parked")}`
    const { tip } = log.read(stream)
    const origin = { actor: { kind: "process", id: "a later version" }, correlationId: "c" } as const
    const event = { type: "CertificateRenewed", version: 1, data: { note: "of tomorrow" } }
    log.append(stream, tip, chain(stream, tip, [event], origin, time.wall))
    await time.advance(minute)
    const problems = async () => {
      const named = await scene.run(problemsOf({ wall: time.wall, monotonic: performance.now() }))
      return named?.map(({ dependency }) => dependency)
    }
    expect(await problems()).toEqual(["registration"])
    scene.kill()
    scene.start()
    await time.advance(5 * minute)
    expect(await problems()).toEqual(["registration"])
    let looks = 0
    const { read } = log
    log.read = (asked, from) => {
      if (asked === stream) looks++
      return read.call(log, asked, from)
    }
    await time.advance(60 * minute)
    expect(looks).toBeGreaterThan(0)
    expect(looks).toBeLessThanOrEqual(13)
    expect(scene.world.broken.splice(0)).toEqual([{ rule: "died", detail: "unreadable_event CertificateRenewed.v1" }])
  }))
