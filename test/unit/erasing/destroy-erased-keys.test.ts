import { describe, expect, it } from "vitest"
import { erasing } from "../../support/erasing.ts"
import { tomorrows } from "../../support/recorded-events.ts"
import { erased, histories, withdrawn } from "../../support/registration-events.ts"
import { isSigned } from "../../support/signed-receipt.ts"
import { signingKey } from "../../support/signing-keys.ts"

const issued = histories.issued.slice(1)

describe("keys of what was erased", () => {
  it("are destroyed, with a signed receipt that names event and key; others stay", async () => {
    const { append, follow, keys, graveyard } = erasing()
    append("kept", ...issued)
    const event = append("gone", ...issued, erased).at(-1)
    await follow()
    expect(Object.fromEntries(keys)).toEqual({ kept: true, gone: false })
    const receipt = graveyard.receipts.get("gone")
    expect(receipt).toEqual({
      registrationId: "gone",
      erasedAt: event?.recordedAt,
      erasedBy: "process",
      keyFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      eventHash: event?.hash,
      publicKey: signingKey(1).publicKey,
      signature: expect.stringMatching(/^[A-Za-z0-9_-]{86}$/)
    })
    expect(receipt && isSigned(receipt)).toBe(true)
  })

  it("go also where an event of their registration cannot be read; one that names no key is said, and passed over", async () => {
    const { append, follow, keys, log, lines } = erasing()
    append("unreadable", tomorrows, withdrawn, erased)
    const nameless = append("nameless", erased)
    append("last", withdrawn, erased)
    log.cut("registration-nameless", 1)
    await follow()
    expect(Object.fromEntries(keys)).toEqual({ unreadable: false, nameless: true, last: false })
    expect(lines).toEqual([{ event: "key_not_named", stream: nameless[0]?.stream, revision: 1 }])
  })

  it("that are missing have a receipt without a fingerprint", async () => {
    const { append, follow, keys, graveyard } = erasing()
    append("missing", withdrawn, erased)
    keys.delete("missing")
    await follow()
    expect(keys.get("missing")).toBe(false)
    expect(graveyard.receipts.get("missing")).not.toHaveProperty("keyFingerprint")
  })

  it("that were destroyed before keep their first receipt", async () => {
    const { append, follow, graveyard, keys } = erasing()
    append("gone", withdrawn, erased)
    await follow()
    const first = graveyard.receipts.get("gone")
    graveyard.place = undefined
    await follow()
    expect(graveyard.receipts.get("gone")).toBe(first)
    expect(keys.get("gone")).toBe(false)
  })
})

describe("what destroys keys", () => {
  it("takes those of a page together, and saves its place no more often", async () => {
    const { append, follow, destroyed, saves } = erasing()
    for (let n = 0; n < 300; n++) append(`r${n}`, withdrawn, erased)
    await follow()
    expect(destroyed.map((keys) => keys.length)).toEqual([166, 134])
    expect(saves()).toBeLessThanOrEqual(3)
  })

  it("goes on where it was, and saves nothing where nothing was to be destroyed", async () => {
    const { append, follow, destroyed, saves, graveyard, log } = erasing()
    append("first", withdrawn, erased)
    await follow()
    append("second", withdrawn, erased)
    await follow()
    expect(destroyed).toEqual([["first"], ["second"]])
    const before = saves()
    await follow()
    expect(saves()).toBe(before)
    expect(graveyard.place).toEqual({ logId: "log", epoch: 0, position: log.entries.length })
  })

  it("begins anew in another epoch: a vault from a backup has what was destroyed", async () => {
    const { append, follow, keys, graveyard } = erasing()
    append("gone", withdrawn, erased)
    await follow()
    keys.set("gone", true)
    graveyard.receipts.clear()
    await follow(0)
    expect(keys.get("gone")).toBe(true)
    await follow(1)
    expect(keys.get("gone")).toBe(false)
    expect(graveyard.place?.epoch).toBe(1)
  })
})
