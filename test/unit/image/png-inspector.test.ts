import { describe, expect, it } from "vitest"
import { chunk, imageHeader } from "../../support/images.ts"
import { inspect, verdict } from "./inspect.ts"
import { pngOf, pngParts, validPngs, wrongCrc } from "./samples.ts"

const { rgb, palette, pixels, IDAT, IEND } = pngParts
const text = chunk("tEXt", Buffer.from("a\0b"))
const sized = (width: number, height: number) => pngOf(imageHeader(width, height), IDAT, IEND)
/** IHDR with one byte changed and a CRC that fits. */
const header = (at: number, value: number) => {
  const data = Buffer.from(rgb.subarray(8, -4))
  data[at] = value
  return chunk("IHDR", data)
}

describe("a PNG is taken", () => {
  it.each(Object.entries(validPngs))("%s", (_, bytes) => {
    expect(inspect(bytes)).toEqual({ mediaType: "image/png", width: 100, height: 100 })
  })

  it.each([
    [0, 16],
    [2, 16],
    [3, 1],
    [4, 8],
    [6, 16]
  ])("of colour type %d and bit depth %d", (colourType, bitDepth) => {
    expect(verdict(pngOf(imageHeader(100, 100, bitDepth, colourType), palette, IDAT, IEND))).toBe("image/png")
  })

  it("interlaced", () => {
    expect(verdict(pngOf(header(12, 1), IDAT, IEND))).toBe("image/png")
  })
})

describe("a PNG is damaged", () => {
  it.each([
    ["IHDR is missing", pngOf(IDAT, IEND)],
    ["IHDR is not first", pngOf(text, rgb, IDAT, IEND)],
    // Xcode's own variant, which nothing but its system reads.
    ["CgBI stands before IHDR", pngOf(chunk("CgBI", Buffer.alloc(4)), rgb, IDAT, IEND)],
    ["IHDR comes twice", pngOf(rgb, rgb, IDAT, IEND)],
    ["IHDR has another length", pngOf(chunk("IHDR", rgb.subarray(8, -5)), IDAT, IEND)],
    ["IHDR has a wrong CRC", pngOf(wrongCrc(rgb), IDAT, IEND)],
    ["the bit depth is none", pngOf(header(8, 3), IDAT, IEND)],
    ["the bit depth does not fit the colour type", pngOf(header(8, 4), IDAT, IEND)],
    ["the colour type is none", pngOf(header(9, 5), IDAT, IEND)],
    ["the compression is none", pngOf(header(10, 1), IDAT, IEND)],
    ["the filter is none", pngOf(header(11, 1), IDAT, IEND)],
    ["the interlacing is none", pngOf(header(12, 2), IDAT, IEND)],
    ["a palette image has no palette", pngOf(imageHeader(100, 100, 8, 3), IDAT, IEND)],
    ["the palette comes twice", pngOf(rgb, palette, palette, IDAT, IEND)],
    ["the palette comes after the image data", pngOf(rgb, IDAT, palette, IEND)],
    ["the palette is no list of colours", pngOf(rgb, chunk("PLTE", Buffer.alloc(7)), IDAT, IEND)],
    ["the palette is empty", pngOf(rgb, chunk("PLTE"), IDAT, IEND)],
    ["the palette has over 256 colours", pngOf(rgb, chunk("PLTE", Buffer.alloc(771)), IDAT, IEND)],
    ["IDAT has a wrong CRC", pngOf(rgb, wrongCrc(IDAT), IEND)],
    ["IDAT is missing", pngOf(rgb, text, IEND)],
    ["IDAT is empty", pngOf(rgb, chunk("IDAT"), IEND)],
    [
      "IDAT is interrupted",
      pngOf(rgb, chunk("IDAT", pixels.subarray(0, 9)), text, chunk("IDAT", pixels.subarray(9)), IEND)
    ],
    ["IEND is not empty", pngOf(rgb, IDAT, chunk("IEND", Buffer.alloc(1)))],
    ["IEND has a wrong CRC", pngOf(rgb, IDAT, wrongCrc(IEND))],
    ["a critical chunk is unknown", pngOf(rgb, chunk("ABCD"), IDAT, IEND)],
    ["a chunk's type is no letters", pngOf(rgb, chunk("te t"), IDAT, IEND)],
    ["a chunk is longer than any may be", pngOf(rgb, Buffer.from("80000000", "hex"), text.subarray(4), IDAT, IEND)],
    ["stray bytes stand between chunks", pngOf(rgb, Buffer.alloc(3), IDAT, IEND)]
  ])("when %s", (_, bytes) => {
    expect(verdict(bytes)).toBe("damaged")
  })
})

it.each([
  ["too_few_pixels", 1, 1],
  ["too_few_pixels", 0, 100],
  ["too_few_pixels", 640, 99],
  ["too_many_pixels", 100, 16_385],
  ["too_many_pixels", 0xffff_ffff, 0xffff_ffff],
  ["too_many_pixels", 12_000, 10_001],
  ["image/png", 12_000, 10_000],
  ["image/png", 100, 16_384]
])("%s: %d by %d", (expected, width, height) => {
  expect(verdict(sized(width, height))).toBe(expected)
})

it("is not believed about its size when the CRC of its header is wrong", () => {
  expect(verdict(pngOf(wrongCrc(imageHeader(1, 1)), IDAT, IEND))).toBe("damaged")
})
