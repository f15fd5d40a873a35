import { describe, expect, it } from "vitest"
import { frameHeader, jpeg, segment } from "../../support/images.ts"
import { inspect, verdict } from "./inspect.ts"
import { jpegOf, jpegParts, validJpegs } from "./samples.ts"

const { SOI, EOI, frame, scan, scanHeader, data } = jpegParts
const sized = (width: number, height: number) => jpegOf(frameHeader(width, height), scan)

describe("a JPEG is taken", () => {
  it.each(Object.entries(validJpegs))("with %s", (_, bytes) => {
    expect(inspect(bytes)).toEqual({ mediaType: "image/jpeg", width: 100, height: 100 })
  })

  // Baseline, extended, progressive, and two that are coded arithmetically.
  it.each([0xc0, 0xc1, 0xc2, 0xc9, 0xca])("with frame header %x", (code) => {
    expect(verdict(jpegOf(frameHeader(100, 100, code), scan))).toBe("image/jpeg")
  })

  it.each([
    [100, 100],
    [12_032, 9_024],
    [16_384, 7_324]
  ])("of %d by %d pixels", (width, height) => {
    expect(inspect(sized(width, height))).toEqual({ mediaType: "image/jpeg", width, height })
  })

  it.each([1_000, 1_001, 1_002, 1_003, 1_004, 65_800, 200_000])("padded to %d bytes", (size) => {
    const bytes = jpeg({ width: 100, height: 100, size })
    expect(bytes.length).toBe(size)
    expect(verdict(bytes)).toBe("image/jpeg")
  })
})

describe("a JPEG is damaged", () => {
  it.each([
    ["without a frame header", jpegOf(scan)],
    ["with a frame header after its scan", jpegOf(scan, frame)],
    ["with two frame headers", jpegOf(frame, frame, scan)],
    ["with a frame header of a wrong length", jpegOf(segment(0xc0, frame.subarray(4, 12)), scan)],
    ["with a frame header that is cut", jpegOf(segment(0xc0, Buffer.alloc(2)), scan)],
    ["with a frame of no component", jpegOf(segment(0xc0, Buffer.of(8, 0, 100, 0, 100, 0)), scan)],
    ["with samples of no bits", jpegOf(segment(0xc0, Buffer.of(0, 0, 100, 0, 100, 1, 1, 0x11, 0)), scan)],
    ["with a table of length 0", jpegOf(Buffer.of(0xff, 0xdb, 0, 0), frame, scan)],
    ["with a restart interval of length 1", jpegOf(Buffer.of(0xff, 0xdd, 0, 1), frame, scan)],
    ["of a lossless frame", jpegOf(frameHeader(100, 100, 0xc3), scan)],
    ["of a hierarchical frame", jpegOf(frameHeader(100, 100, 0xc5), scan)],
    ["without a scan", jpegOf(frame)],
    ["with a scan of no data", jpegOf(frame, scanHeader)],
    ["with a scan of restart markers alone", jpegOf(frame, scanHeader, Buffer.of(0xff, 0xd0))],
    ["with a scan header of a wrong length", jpegOf(frame, segment(0xda, Buffer.of(1, 1, 0, 0, 63)), data)],
    ["with a scan of five components", jpegOf(frame, segment(0xda, Buffer.alloc(14, 5)), data)],
    ["with a second SOI", jpegOf(SOI, frame, scan)],
    ["with another JPEG in its scan", jpegOf(frame, scan, SOI, scan)],
    ["with a reserved marker", jpegOf(Buffer.of(0xff, 0x02, 0, 2), frame, scan)],
    ["with nothing between its ends", Buffer.concat([SOI, EOI])]
  ])("%s", (_, bytes) => {
    expect(verdict(bytes)).toBe("damaged")
  })
})

it.each([
  ["too_few_pixels", 99, 100],
  ["too_few_pixels", 100, 99],
  ["too_few_pixels", 1, 1],
  ["too_few_pixels", 100, 0],
  ["too_many_pixels", 16_385, 100],
  ["too_many_pixels", 100, 16_385],
  ["too_many_pixels", 12_000, 10_001],
  ["too_many_pixels", 60_000, 60_000]
])("%s: %d by %d", (reason, width, height) => {
  expect(verdict(sized(width, height))).toBe(reason)
})

it("is truncated when only its thumbnail has an end marker", () => {
  const thumbnail = segment(0xe1, jpeg({ width: 16, height: 16 }))
  expect(verdict(jpegOf(thumbnail, frame, scan).subarray(0, -EOI.length))).toBe("truncated")
})
