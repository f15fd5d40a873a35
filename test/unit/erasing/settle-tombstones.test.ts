import { describe, expect, it } from "vitest"
import { erasing } from "../../support/erasing.ts"
import { receiptFor } from "../../support/receipts.ts"
import { tomorrows } from "../../support/recorded-events.ts"
import { erased, histories, holdPlaced, withdrawn } from "../../support/registration-events.ts"

const buried = (scene: ReturnType<typeof erasing>, keyId: string, registrationId = keyId) => {
  scene.keys.set(keyId, false)
  scene.graveyard.receipts.set(keyId, receiptFor(registrationId))
}
const types = ({ log }: ReturnType<typeof erasing>, id: string) =>
  log.read(`registration-${id}`).events.map(({ type }) => type)

describe("tombstones that a log from a backup has forgotten", () => {
  it("are told to it, whatever is in force; what is open stays so until it is known what became of it", async () => {
    const scene = erasing()
    scene.append("ended", withdrawn)
    scene.append("open", ...histories.awaiting.slice(1))
    scene.append("held", withdrawn, holdPlaced())
    for (const id of ["ended", "open", "held"]) buried(scene, id)
    expect(await scene.settle()).toBe(3)
    expect(types(scene, "ended").at(-1)).toBe("PersonalDataErased")
    expect(types(scene, "open").slice(-2)).toEqual(["UrlsIssued", "PersonalDataErased"])
    expect(types(scene, "held").slice(-2)).toEqual(["HoldEnded", "PersonalDataErased"])
    expect(scene.log.read("registration-ended").events.at(-1)).toMatchObject({
      actor: { kind: "process", id: "p2" },
      data: { reason: "forgotten" }
    })
    expect(await scene.settle()).toBe(0)
  })

  it("are passed over where the log knows it, knows no such registration, or one under another key", async () => {
    const scene = erasing()
    scene.append("known", withdrawn, erased)
    scene.append("again", withdrawn)
    buried(scene, "known")
    buried(scene, "unheard-of")
    buried(scene, "its key before", "again")
    expect(await scene.settle()).toBe(0)
    expect(types(scene, "again")).toEqual(["Requested", "Withdrawn"])
  })

  it("of a registration that cannot be read are said, and do not stop the others", async () => {
    const scene = erasing()
    scene.append("a", withdrawn, tomorrows)
    scene.append("b", withdrawn)
    for (const id of ["a", "b"]) buried(scene, id)
    expect(await scene.settle()).toBe(1)
    expect(scene.lines).toEqual([
      { event: "tombstone_not_settled", stream: "registration-a", revision: 2 },
      { event: "tombstones_settled", count: 1 }
    ])
  })

  it("of a registration that cannot be read are settled by a later start that can read it", async () => {
    const scene = erasing()
    scene.append("b", withdrawn, erased)
    scene.append("a", withdrawn, tomorrows)
    buried(scene, "a")
    expect(await scene.settle(1)).toBe(0)
    await scene.followUntil(1, () => scene.keys.get("b") === false)
    // A version that knows the event, stood in for by a log without it.
    scene.log.forgetLast()
    expect(await scene.settle(1)).toBe(1)
    await scene.followUntil(1, () => scene.graveyard.place?.position === scene.log.entries.length)
    expect(await scene.settle(1)).toBe(0)
  })

  it("are not looked for in the epoch in which keys were destroyed last", async () => {
    const scene = erasing()
    scene.append("ended", withdrawn)
    buried(scene, "ended")
    scene.graveyard.place = { logId: "log", epoch: 1, position: 1 }
    expect(await scene.settle(1)).toBe(0)
    expect(await scene.settle(2)).toBe(1)
  })

  it("are many, page by page", async () => {
    const scene = erasing()
    const ids = Array.from({ length: 501 }, (_, n) => `r${n}`)
    for (const id of ids) {
      scene.append(id, withdrawn)
      buried(scene, id)
    }
    expect(await scene.settle()).toBe(501)
  })
})
