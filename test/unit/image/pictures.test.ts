import { readdirSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { ImageInspector } from "../../../src/application/image/image-inspector.ts"
import { chunksOf, flipped, inserted, segmentsOf, without } from "../../pictures/parts.ts"
import { jpegs, pictures, pngs, type RealPicture } from "../../pictures/pictures.ts"
import { inspect, verdict } from "./inspect.ts"

const sizeOf = ({ mediaType, width, height }: RealPicture) => ({ mediaType, width, height })
const critical = (type: string) => /^[A-Z]/.test(type)
const isFrame = (code: number) => code >= 0xc0 && code <= 0xca && code !== 0xc4 && code !== 0xc8

it("every picture of the folder is in the table", () => {
  const files = readdirSync(new URL("../../pictures/", import.meta.url)).filter((file) => /\.(jpg|png|gz)$/.test(file))
  expect(files.sort()).toEqual(pictures.map(({ name }) => name).sort())
})

describe.each(pictures)("$name", (picture) => {
  const { bytes, end, mediaType } = picture

  it("is taken, whether it is declared or not", () => {
    expect(inspect(bytes)).toEqual(sizeOf(picture))
    expect(inspect(bytes, { declared: mediaType })).toEqual(sizeOf(picture))
    expect(verdict(bytes, { declared: mediaType === "image/png" ? "image/jpeg" : "image/png" })).toBe("type_mismatch")
  })

  it("is truncated wherever it is cut, up to its end marker and not a byte further", () => {
    const inspector = new ImageInspector()
    const taken: Array<number> = []
    const others: Array<string> = []
    for (let length = 1; length <= bytes.length; length++) {
      inspector.write(bytes.subarray(length - 1, length))
      const ended = inspector.end()
      if (ended._tag === "Success") taken.push(length)
      else if (ended.failure.reason !== "truncated") others.push(ended.failure.reason)
    }
    expect([taken[0], taken.length, others]).toEqual([end, bytes.length - end + 1, []])
    // And by files that are really cut, not by one that was asked on its way.
    for (const part of [0.1, 0.25, 0.5, 0.75, 0.9, 0.99]) {
      expect(verdict(bytes.subarray(0, Math.ceil(part * end) - 1))).toBe("truncated")
    }
    for (const left of [1, 2, 3]) expect(verdict(bytes.subarray(0, end - left))).toBe("truncated")
  })

  it("is damaged with a program behind it, and taken with another picture", () => {
    expect(verdict(Buffer.concat([bytes.subarray(0, end), Buffer.from("\0\0\x7fELF")]))).toBe("damaged")
    expect(verdict(Buffer.concat([bytes.subarray(0, end), bytes]))).toBe(mediaType)
  })
})

describe.each(jpegs)("$name, as sloppy writers would leave it:", (picture) => {
  const { bytes } = picture
  const segments = segmentsOf(bytes)
  /** Before every marker but the first, whose place all readers insist on. */
  const markers = segments.map(({ to }) => to)

  it.each([
    ["a zero byte", "00"],
    ["zeros", "00000000000000"],
    ["stray bytes", "123456"],
    ["a stuffed byte", "ff00"],
    ["fill bytes", "ffffff"],
    ["a restart marker", "ffd3"],
    ["TEM", "ff01"],
    ["an empty comment", "fffe0002"],
    ["an application segment of length 0", "ffe50000"]
  ])("%s before any marker passes", (_, hex) => {
    for (const at of markers) expect(inspect(inserted(bytes, at, Buffer.from(hex, "hex")))).toEqual(sizeOf(picture))
  })

  it("any segment but those that are counted out may be padded with zeros", () => {
    for (const { from, to } of segments.filter(({ code }) => code !== 0xda && !isFrame(code))) {
      const padded = inserted(bytes, to, Buffer.alloc(19))
      padded.writeUInt16BE(to - from - 2 + 19, from + 2)
      expect(inspect(padded)).toEqual(sizeOf(picture))
    }
  })
})

describe.each(jpegs)("$name is damaged", ({ bytes }) => {
  const segments = segmentsOf(bytes)
  const frames = segments.filter(({ code }) => isFrame(code))
  const scans = segments.filter(({ code }) => code === 0xda)
  const [frame = { from: 0, to: 0 }] = frames

  it("without its frame header, or with another one", () => {
    expect(frames).toHaveLength(1)
    expect(verdict(without(bytes, frame))).toBe("damaged")
    expect(verdict(inserted(bytes, frame.to, bytes.subarray(frame.from, frame.to)))).toBe("damaged")
  })

  it("without its scans", () => {
    expect(scans).not.toHaveLength(0)
    expect(verdict(without(bytes, ...scans))).toBe("damaged")
  })

  it("with headers of a wrong length, number of components or precision", () => {
    for (const { from, code } of [...frames, ...scans]) {
      expect(verdict(flipped(bytes, from + 3, 0))).toBe("damaged")
      expect(verdict(flipped(bytes, from + (code === 0xda ? 4 : 9), 3))).toBe("damaged")
    }
    expect(verdict(flipped(bytes, frame.from + 4, 0))).toBe("damaged")
  })

  it("with a marker anywhere that no common reader knows", () => {
    for (const { from } of segments.slice(1)) {
      for (const code of [0x02, 0xbf, 0xc8, 0xde, 0xf0, 0xfd]) {
        expect(verdict(inserted(bytes, from, Buffer.of(0xff, code, 0, 2)))).toBe("damaged")
      }
    }
  })
})

describe.each(pngs)("$name", (picture) => {
  const { bytes } = picture
  const chunks = chunksOf(bytes)
  /** The first, middle and last bytes of its data, and those of its CRC. */
  const places = ({ from, to }: { from: number; to: number }) =>
    to - from === 12 ? [] : [from + 8, (from + to) >> 1, to - 5]

  it("is damaged by one wrong bit in a critical chunk", () => {
    for (const chunk of chunks.filter(({ type }) => critical(type))) {
      for (const at of [...places(chunk), chunk.to - 4, chunk.to - 3, chunk.to - 2, chunk.to - 1]) {
        for (let bit = 0; bit < 8; bit++) expect(verdict(flipped(bytes, at, bit))).toBe("damaged")
      }
    }
  })

  it("is taken with one wrong bit in the data or CRC of an ancillary chunk", () => {
    for (const chunk of chunks.filter(({ type }) => !critical(type))) {
      for (const at of [...places(chunk), chunk.to - 1]) expect(inspect(flipped(bytes, at))).toEqual(sizeOf(picture))
    }
  })

  it("is damaged without its header or data, with these twice, and with stray bytes between chunks", () => {
    const data = chunks.filter(({ type }) => type === "IDAT")
    const [header = { from: 0, to: 0 }] = chunks
    expect(verdict(without(bytes, header))).toBe("damaged")
    expect(verdict(inserted(bytes, header.to, bytes.subarray(header.from, header.to)))).toBe("damaged")
    expect(verdict(without(bytes, ...data))).toBe("damaged")
    for (const { from } of chunks) expect(verdict(inserted(bytes, from, Buffer.alloc(12)))).toBe("damaged")
  })
})
