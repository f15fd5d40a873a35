import { expect, it } from "vitest"
import { chain } from "../../../src/application/history/chain.ts"
import { noStream } from "../../../src/application/ports/event-store.ts"
import { problemsOf } from "../../../src/application/use-cases/name-problems.ts"
import { encodeEvent } from "../../../src/domain/registration/event-codec.ts"
import { idOf, minute, type Scene, simulated } from "../../model/scene.ts"
import * as the from "../../support/registration-events.ts"

const origin = { actor: { kind: "process", id: "a later version" }, correlationId: "c" } as const
const tomorrows = { type: "CertificateRenewed", version: 1, data: { note: "of tomorrow" } }

/** What `ready` names now, in words. */
const problemsNow = async (scene: Scene) => {
  const problems = await scene.run(problemsOf({ wall: scene.world.time.wall, monotonic: performance.now() }))
  return problems?.map(({ dependency, detail }) => [dependency, detail] as const)
}

it("a registration that is parked is named by ready, also within five minutes of a restart, and looked at now and then", () =>
  simulated(async (scene) => {
    const { log, time } = scene.world
    scene.start()
    await scene.request("parked")
    const stream = `registration-${idOf("parked")}`
    const { tip } = log.read(stream)
    log.append(stream, tip, chain(stream, tip, [tomorrows], origin, time.wall))
    await time.advance(minute)
    const problems = async () => (await problemsNow(scene))?.map(([dependency]) => dependency)
    expect(await problems()).toEqual(["messages", "registration"])
    scene.kill()
    scene.start()
    await time.advance(5 * minute)
    expect(await problems()).toEqual(["messages", "registration"])
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

it.each([
  ["that this version cannot read", tomorrows],
  ["that begins no registration", encodeEvent(the.withdrawn)]
])("that the messages end before a first event %s is named by ready, also right after a restart", (_, event) =>
  simulated(async (scene) => {
    const { log, time } = scene.world
    scene.start()
    await time.advance(minute)
    const stream = `registration-${idOf("parked")}`
    log.append(stream, noStream, chain(stream, noStream, [event], origin, time.wall))
    await time.advance(minute)
    const messages = async () => (await problemsNow(scene))?.filter(([dependency]) => dependency === "messages")
    const named = [["messages", expect.stringContaining(`the event at revision 0 of the stream ${stream}`)]]
    expect(await messages()).toEqual(named)
    scene.kill()
    scene.start()
    expect(await messages()).toEqual(named)
    scene.world.broken.splice(0)
  })
)
