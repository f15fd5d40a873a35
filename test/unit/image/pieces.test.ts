import { describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { expect } from "vitest"
import { pictures } from "../../pictures/pictures.ts"
import { jpeg, otherImages, png } from "../../support/images.ts"
import { inspect, verdict } from "./inspect.ts"
import { validImages } from "./samples.ts"

const samples = Object.entries({
  ...validImages,
  ...otherImages,
  "a ZIP behind": Buffer.concat([jpeg({ width: 100, height: 100 }), Buffer.from("\0\0PK\x03\x04 and so on")]),
  "a small one": jpeg({ width: 10, height: 10 }),
  "a cut one": png({ width: 100, height: 100 }).subarray(0, -3)
})
const signatures = [Buffer.of(0xff, 0xd8, 0xff), Buffer.from("89504e470d0a1a0a", "hex")]

const Fraction = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
const Byte = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))
/** Bytes that the inspectors act upon, more often than chance would have it. */
const Telling = Schema.Literals([0x00, 0x01, 0xc0, 0xd0, 0xd8, 0xd9, 0xda, 0xe1, 0xfe, 0xff])
const place = (fraction: number, bytes: Uint8Array) => Math.floor(fraction * (bytes.length - 1))

/** Numbers from 0 to 1, the same ones for the same seed (a linear congruential generator). */
const seeded = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe("the verdict does not depend on where the pieces end", () => {
  it.each(samples)("%s: two pieces, and byte by byte", (_, bytes) => {
    const whole = inspect(bytes)
    for (let cut = 0; cut <= bytes.length; cut++) expect(inspect(bytes, { cuts: [cut] })).toEqual(whole)
    expect(inspect(bytes, { cuts: Array.from({ length: bytes.length }, (_, cut) => cut) })).toEqual(whole)
  })

  it.prop("pieces of any size", [Schema.Array(Fraction)], ([fractions]) => {
    for (const [, bytes] of samples) {
      const cuts = fractions.map((fraction) => place(fraction, bytes)).sort((a, b) => a - b)
      expect(inspect(bytes, { cuts })).toEqual(inspect(bytes))
    }
  })
})

describe.each(pictures)("the verdict on $name does not depend on where the pieces end", ({ bytes, end }) => {
  const hidden = Buffer.concat([bytes.subarray(0, end), Buffer.from("\r\n\0\ufeff <svg/>")])
  const variants = [bytes, bytes.subarray(0, end - 1), hidden]

  // Of the large ones every byte would be the square of too much.
  if (bytes.length < 8192)
    it("two pieces, at every byte", () => {
      for (const variant of [bytes, hidden]) {
        const whole = verdict(variant)
        const cuts = Array.from({ length: variant.length + 1 }, (_, cut) => cut)
        expect(cuts.filter((cut) => verdict(variant, { cuts: [cut] }) !== whole)).toEqual([])
      }
    })

  it("byte by byte, and in pieces of any size", () => {
    const random = seeded(bytes.length)
    for (const variant of variants) {
      const whole = inspect(variant)
      expect(inspect(variant, { cuts: Array.from({ length: variant.length }, (_, cut) => cut) })).toEqual(whole)
      for (let round = 0; round < 20; round++) {
        const mostly = [1, 3, 12, 300, 70_000][round % 5] ?? 1
        const cuts: Array<number> = []
        for (let at = 0; at < variant.length; at += Math.floor(random() * 2 * mostly)) cuts.push(at)
        expect(inspect(variant, { cuts })).toEqual(whole)
      }
    }
  })
})

describe("an image that is cut off is truncated, wherever", () => {
  it.each(Object.entries(validImages).filter(([name]) => !name.includes("after its end")))("%s", (_, bytes) => {
    for (let length = 1; length < bytes.length; length++) expect(verdict(bytes.subarray(0, length))).toBe("truncated")
  })
})

describe("no bytes throw or hang", () => {
  it.prop("any bytes, also behind a signature", [Schema.Array(Byte)], ([bytes]) => {
    for (const start of [Buffer.alloc(0), ...signatures]) verdict(Buffer.concat([start, Buffer.from(bytes)]))
  })

  it.prop("changed samples", [Schema.Array(Schema.Tuple([Fraction, Schema.Union([Byte, Telling])]))], ([changes]) => {
    for (const [, bytes] of samples) {
      const changed = Buffer.from(bytes)
      for (const [fraction, byte] of changes) changed[place(fraction, bytes)] = byte
      expect(inspect(changed, { cuts: [place(0.3, bytes)] })).toEqual(inspect(changed))
    }
  })
})
