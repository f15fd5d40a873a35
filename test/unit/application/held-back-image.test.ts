import { hash } from "node:crypto"
import { describe, expect, it } from "vitest"
import { HeldBackImage } from "../../../src/application/image/held-back-image.ts"
import { jpeg, otherImages, png } from "../../support/images.ts"

const image = jpeg({ size: 5000 })

/** Pieces as a body gives them; `closed` once nobody wants more. */
const body = (pieces: ReadonlyArray<Uint8Array>, end?: Error) => {
  const state = { closed: false, given: 0 }
  const source = (async function* () {
    try {
      for (const piece of pieces) {
        state.given++
        yield piece
      }
      if (end) throw end
    } finally {
      state.closed = true
    }
  })()
  return { state, source }
}
const pieces = (bytes: Uint8Array, size: number): ReadonlyArray<Uint8Array> =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))

type Release = Parameters<HeldBackImage["bytes"]>[0]

/** What a storage gets, and what the reading ended with. */
const send = async (held: HeldBackImage, release: Release = async () => {}) => {
  const chunks: Array<Uint8Array> = []
  let thrown: unknown
  try {
    for await (const chunk of held.bytes(release)) chunks.push(chunk)
  } catch (error) {
    thrown = error
  }
  return { bytes: Buffer.concat(chunks), chunks, thrown }
}

describe("an image on its way", () => {
  it.each([1, 7, 1000, 4999, 5000, 10_000])("arrives unchanged, in pieces of %i bytes", async (size) => {
    const held = new HeldBackImage(body(pieces(image, size)).source, "image/jpeg")
    expect(await held.begin()).toBe("image/jpeg")
    const sent = await send(held)
    expect(sent.thrown).toBeUndefined()
    expect(sent.bytes.equals(image)).toBe(true)
  })

  it("is released with what is known of it, when all but its last chunk is gone", async () => {
    const held = new HeldBackImage(body(pieces(image, 1000)).source, undefined)
    await held.begin()
    const seen: Array<Uint8Array> = []
    const released: Array<unknown> = []
    for await (const chunk of held.bytes(async (checked) => void released.push([checked, seen.length])))
      seen.push(chunk)
    expect(seen).toHaveLength(5)
    expect(released).toMatchObject([[{ mediaType: "image/jpeg", sha256: hash("sha256", image) }, 4]])
  })

  it("holds two chunks at most", async () => {
    const { source, state } = body(pieces(image, 100))
    const held = new HeldBackImage(source, undefined)
    await held.begin()
    let sent = 0
    for await (const _ of held.bytes(async () => {})) expect(state.given - sent++).toBeLessThanOrEqual(2)
  })

  it("never completes when the release fails, and says why", async () => {
    const reason = { _tag: "WrongState" }
    for (const size of [1000, 5000]) {
      const { source, state } = body(pieces(image, size))
      const held = new HeldBackImage(source, undefined)
      await held.begin()
      const sent = await send(held, () => Promise.reject(reason))
      expect(sent.bytes.length).toBe(size === 5000 ? 0 : 4000)
      expect([sent.thrown, held.thrown, state.closed]).toEqual([reason, reason, true])
    }
  })

  it("does not complete by an empty chunk at its end", async () => {
    const held = new HeldBackImage(body([image, new Uint8Array(0), new Uint8Array(0)]).source, undefined)
    await held.begin()
    const sent = await send(held, () => Promise.reject("no"))
    expect(sent.bytes.length).toBe(0)
  })

  it("never completes when it is refused: its release is not asked for", async () => {
    const cut = image.subarray(0, -2)
    const held = new HeldBackImage(body(pieces(cut, 1000)).source, undefined)
    await held.begin()
    let asked = false
    const sent = await send(held, async () => {
      asked = true
    })
    expect(sent.thrown).toMatchObject({ _tag: "ImageRefused", reason: "truncated" })
    expect(held.thrown).toBe(sent.thrown)
    expect([sent.bytes.length, asked]).toEqual([4000, false])
  })

  it("that breaks off ends with what its body threw, and nothing more is sent", async () => {
    const gone = new Error("gone")
    const held = new HeldBackImage(body(pieces(image, 1000), gone).source, undefined)
    await held.begin()
    const sent = await send(held)
    expect([sent.thrown, held.thrown, sent.bytes.length]).toEqual([gone, gone, 4000])
  })

  it("lets its body go when the storage wants no more of it", async () => {
    const { source, state } = body(pieces(image, 100))
    const held = new HeldBackImage(source, undefined)
    await held.begin()
    for await (const _ of held.bytes(async () => {})) break
    expect(state.closed).toBe(true)
    expect(held.thrown).toBeUndefined()
  })
})

describe("the beginning of an image", () => {
  it("tells what it is, as soon as it can", async () => {
    const { source, state } = body(pieces(png(), 4))
    expect(await new HeldBackImage(source, undefined).begin()).toBe("image/png")
    expect(state.given).toBeLessThan(10)
  })

  it.each([
    ["nothing", Buffer.alloc(0), undefined, "empty"],
    ["another kind of image", otherImages.HEIC, undefined, "not_an_image"],
    ["another type than was said", png(), "image/jpeg", "type_mismatch"]
  ] as const)("refuses %s", async (_, bytes, declared, reason) => {
    const held = new HeldBackImage(body(pieces(bytes, 100)).source, declared)
    await expect(held.begin()).rejects.toMatchObject({ _tag: "ImageRefused", reason })
  })

  it("throws what the body throws", async () => {
    const gone = new Error("gone")
    await expect(new HeldBackImage(body([], gone).source, undefined).begin()).rejects.toBe(gone)
  })
})

describe("an image that is compared only", () => {
  it("is read to its end, and known", async () => {
    for (const size of [1, 1000, 5000]) {
      const { source, state } = body(pieces(image, size))
      expect(await new HeldBackImage(source, undefined).check()).toMatchObject({
        mediaType: "image/jpeg",
        sha256: hash("sha256", image)
      })
      expect(state.closed).toBe(true)
    }
  })

  it("is refused like one that is sent", async () => {
    const held = new HeldBackImage(body(pieces(image.subarray(0, -2), 1000)).source, undefined)
    await expect(held.check()).rejects.toMatchObject({ reason: "truncated" })
  })
})
