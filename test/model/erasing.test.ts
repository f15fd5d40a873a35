import "effect/schema/SchemaJITCompiler/enable"
import { Effect } from "effect"
import { expect, it } from "vitest"
import { streamOf } from "../../src/application/history/ids.ts"
import { problemsOf } from "../../src/application/use-cases/name-problems.ts"
import { erase, hold, release } from "./callers.ts"
import { idOf, minute, type Scene, simulated } from "./scene.ts"

/** Of a world whose `eraseAfter` is eight minutes, and of one where nothing is erased by itself. */
const [after8, never] = [3, 4]
const id = idOf("ani")

const keyOf = (scene: Scene) => {
  const [keyId = "", isThere] = [...scene.world.keys][0] ?? []
  return { keyId, isThere, receipt: scene.world.graveyard.receipts.get(keyId) }
}
const types = ({ world }: Scene) => world.log.read(streamOf(id)).events.map(({ type }) => type)
const holdEndOf = (scene: Scene) => {
  const state = scene.replayed("ani")?.state
  return state && state._tag !== "Initial" ? state.hold?.until : undefined
}
const placed = (millis: number) => ({ do: "hold", after: 0, user: "ani", reason: "audit", millis }) as const

/** Withdrawn a second after its request. */
const withdrawn = async (scene: Scene) => {
  scene.start()
  await scene.request("ani")
  await scene.withdraw("ani")
}

it("erases by itself that long after the end, and destroys the key", () =>
  simulated(async (scene) => {
    await withdrawn(scene)
    await scene.world.time.advance(8 * minute - 10_000)
    expect([types(scene).at(-1), keyOf(scene).isThere]).toEqual(["Withdrawn", true])
    await scene.world.time.advance(minute)
    const erased = scene.world.log.read(streamOf(id)).events.at(-1)
    expect(erased).toMatchObject({
      type: "PersonalDataErased",
      actor: { kind: "process" },
      data: { reason: "retention_over" }
    })
    expect(keyOf(scene)).toMatchObject({ isThere: false, receipt: { erasedBy: "process", eventHash: erased?.hash } })
  }, after8))

it("is answered once the key is gone, with the receipt, and the same the second time", () =>
  simulated(async (scene) => {
    scene.start()
    await scene.request("ani")
    const first = await scene.run(erase(id))
    expect(keyOf(scene).isThere).toBe(false)
    const receipt = { registrationId: id, erasedBy: "acme", erasedAt: expect.any(String), publicKey: "key" }
    expect(first).toMatchObject({ state: { _tag: "Withdrawn", erased: true }, key: { _tag: "Destroyed", receipt } })
    const again = await scene.run(erase(id))
    expect(again).toMatchObject({ revision: first?.revision, key: first?.key })
  }, never))

it("is refused while the key cannot be destroyed, and goes by itself", () =>
  simulated(async (scene) => {
    scene.start()
    await scene.request("ani")
    scene.world.faults.set("destroy", ["turned_away", "turned_away", "turned_away"])
    expect(await scene.run(Effect.flip(erase(id)))).toMatchObject({ _tag: "VaultUnavailable" })
    // What destroys keys by itself has its turn too.
    await scene.world.time.advance(100)
    expect([types(scene).at(-1), keyOf(scene).isThere]).toEqual(["PersonalDataErased", true])
    const problems = await scene.run(problemsOf({ wall: scene.world.time.wall, monotonic: performance.now() }))
    expect(problems).toContainEqual(expect.objectContaining({ dependency: "keys", operation: "destroy_keys" }))
    await scene.world.time.advance(minute)
    expect(keyOf(scene)).toMatchObject({ isThere: false, receipt: { erasedBy: "acme" } })
  }, never))

it("a hold keeps what would be erased, until it ends", () =>
  simulated(async (scene) => {
    await withdrawn(scene)
    await scene.run(hold(scene.world, id, placed(30 * minute)))
    await scene.world.time.advance(29 * minute)
    expect([types(scene).at(-1), keyOf(scene).isThere]).toEqual(["HoldPlaced", true])
    await scene.world.time.advance(2 * minute)
    expect([types(scene).slice(-2), keyOf(scene).isThere]).toEqual([["HoldEnded", "PersonalDataErased"], false])
  }, after8))

it.each(["by time", "on request"])("what was asked for during a hold is erased when it ends %s, for who asked", (how) =>
  simulated(async (scene) => {
    scene.start()
    await scene.request("ani")
    await scene.run(hold(scene.world, id, placed(20 * minute)))
    for (let asked = 0; asked < 2; asked++) {
      const told = await scene.run(Effect.flip(erase(id)))
      expect(told).toEqual({ _tag: "OnHold", until: holdEndOf(scene) })
    }
    expect(types(scene).filter((type) => type === "ErasureRequested").length).toBe(1)
    await scene.world.time.advance(19 * minute)
    expect([scene.state("ani"), keyOf(scene).isThere]).toEqual(["AwaitingImages", true])
    if (how === "by time") await scene.world.time.advance(2 * minute)
    else await scene.run(release(id))
    await scene.world.time.advance(minute)
    expect(types(scene).slice(-3)).toEqual(["HoldEnded", "Withdrawn", "PersonalDataErased"])
    expect(keyOf(scene)).toMatchObject({ isThere: false, receipt: { erasedBy: "acme" } })
  }, never)
)

it("while our clock is not confirmed nothing is erased and no hold ends, and polling goes on", () =>
  simulated(async (scene) => {
    scene.start()
    await scene.request("ani")
    await scene.uploadDirectly("ani")
    await scene.world.time.advance(5000)
    await scene.withdraw("ani")
    await scene.run(hold(scene.world, id, placed(2 * minute)))
    scene.world.time.skew = 40 * minute
    await scene.world.time.advance(5 * minute)
    expect(types(scene).at(-1)).toBe("HoldPlaced")
    scene.world.platform.decide(scene.world.platform.ofUser("ani").at(-1), "VALID", scene.world.time.now)
    await scene.world.time.advance(10 * minute)
    expect(types(scene).at(-1)).toBe("CertificateIssued")
    scene.world.time.skew = 0
    await scene.world.time.advance(10 * minute)
    expect(types(scene).slice(-2)).toEqual(["HoldEnded", "PersonalDataErased"])
  }, after8))

it("what is over by our clock alone is not over", () =>
  simulated(async (scene) => {
    await withdrawn(scene)
    scene.world.time.skew = 40 * minute
    await scene.world.time.advance(6 * minute)
    expect([types(scene).at(-1), keyOf(scene).isThere]).toEqual(["Withdrawn", true])
    scene.world.time.skew = 0
    await scene.world.time.advance(4 * minute)
    expect([types(scene).at(-1), keyOf(scene).isThere]).toEqual(["PersonalDataErased", false])
  }, after8))

it("asked while the time of a hold is over and nobody ended it: on hold by a clock that nobody confirmed", () =>
  simulated(async (scene) => {
    await withdrawn(scene)
    await scene.run(hold(scene.world, id, placed(minute)))
    scene.world.time.skew = 40 * minute
    expect(await scene.run(Effect.flip(erase(id)))).toMatchObject({ _tag: "OnHold" })
  }, never))

it("a key that is missing leaves its registration alone: said once, named, and nothing is sent", () =>
  simulated(async (scene) => {
    scene.start()
    await scene.request("ani")
    const { keyId } = keyOf(scene)
    scene.outage(minute)
    await scene.uploadDirectly("ani")
    await scene.world.time.advance(5000)
    scene.world.keys.delete(keyId)
    const before = scene.world.platform.transmissions.length
    await scene.world.time.advance(60 * minute)
    expect(scene.said("key_missing")).toEqual([{ event: "key_missing", registrationId: id }])
    const problems = await scene.run(problemsOf({ wall: scene.world.time.wall, monotonic: performance.now() }))
    expect(problems).toContainEqual({
      dependency: "registration",
      detail: expect.stringContaining(`the stream ${streamOf(id)} is missing`)
    })
    expect(scene.said("step_failed")).toEqual([])
    const sent = scene.world.platform.transmissions.slice(before)
    expect(sent.filter(({ call }) => call === "confirm")).toEqual([])
    expect(sent.length).toBeLessThan(15)
  }, never))

it("a key that was destroyed, and the log does not say so: it is recorded, and nothing is sent", () =>
  simulated(async (scene) => {
    scene.start()
    await scene.request("ani")
    scene.outage(minute)
    await scene.uploadDirectly("ani")
    await scene.world.time.advance(5000)
    const { keyId } = keyOf(scene)
    const before = scene.world.platform.transmissions.length
    scene.world.keys.set(keyId, false)
    await scene.world.time.advance(10 * minute)
    expect(scene.world.platform.transmissions.slice(before).filter(({ call }) => call === "confirm")).toEqual([])
    expect(scene.replayed("ani")?.state).toMatchObject({ _tag: "Withdrawn", erased: true })
    expect(keyOf(scene).receipt?.registrationId).toBe(id)
  }, never))
