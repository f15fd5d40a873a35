import { deflateSync } from "node:zlib"
import { chunk, frameHeader, imageHeader, jpeg, png, pngSignature, scanHeader, segment } from "../../support/images.ts"

const SOI = Buffer.of(0xff, 0xd8)
const EOI = Buffer.of(0xff, 0xd9)
const app0 = segment(0xe0, Buffer.from("JFIF\0"))
const tables = segment(0xc4, Buffer.of(0x00, 1))
const restartInterval = segment(0xdd, Buffer.of(0, 4))
/** Entropy-coded data with a stuffed 0xff. */
const data = Buffer.of(0x12, 0xff, 0x00, 0x34)

/** A JPEG of 100 by 100 pixels, of the given parts. */
export const jpegOf = (...parts: ReadonlyArray<Uint8Array>): Buffer => Buffer.concat([SOI, app0, ...parts, EOI])
const frame = frameHeader(100, 100)
const scan = Buffer.concat([scanHeader, data])
const thumbnail = segment(
  0xe1,
  Buffer.concat([Buffer.from("Exif\0\0"), jpeg({ width: 16, height: 16, tag: "thumbnail" })])
)

export const validJpegs = {
  baseline: jpeg({ width: 100, height: 100, tag: "a sample" }),
  "several scans": jpegOf(frameHeader(100, 100, 0xc2), tables, scan, tables, scan, scan),
  "restart markers": jpegOf(restartInterval, frame, scan, Buffer.of(0xff, 0xd0), data, Buffer.of(0xff, 0xd7), data),
  "data that begins and ends with a stuffed byte": jpegOf(frame, scanHeader, Buffer.of(0xff, 0x00, 0xff, 0x00)),
  "a thumbnail with markers of its own": jpegOf(thumbnail, frame, scan),
  "stray and zero bytes before a marker": jpegOf(
    Buffer.of(0, 0, 0),
    frame,
    Buffer.from("stray"),
    Buffer.of(0xff, 0),
    scan
  ),
  "fill bytes before a marker": jpegOf(Buffer.alloc(5, 0xff), frame, scan, Buffer.alloc(3, 0xff)),
  "an application segment of length 0": jpegOf(Buffer.of(0xff, 0xe5, 0, 0), frame, scan),
  "a comment and the number of lines after a scan": jpegOf(
    frame,
    scan,
    segment(0xdc, Buffer.of(0, 100)),
    segment(0xfe, data)
  ),
  "a gain map after its end": Buffer.concat([jpegOf(frame, scan), jpeg({ width: 50, height: 50, tag: "gain map" })])
}

const rgb = imageHeader(100, 100, 8, 2)
const palette = chunk("PLTE", Buffer.alloc(6))
const pixels = deflateSync(Buffer.alloc(101 * 100))
const IDAT = chunk("IDAT", pixels)

/** A PNG of the given chunks. */
export const pngOf = (...chunks: ReadonlyArray<Uint8Array>): Buffer => Buffer.concat([pngSignature, ...chunks])

/** The bytes with the CRC of the last chunk made wrong. */
export const wrongCrc = (bytes: Buffer): Buffer => {
  const changed = Buffer.from(bytes)
  changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1)
  return changed
}

export const pngParts = { rgb, palette, pixels, IDAT, IEND: chunk("IEND") }

export const validPngs = {
  grey: png({ width: 100, height: 100, tag: "a sample" }),
  "a palette image": pngOf(imageHeader(100, 100, 8, 3), palette, IDAT, chunk("IEND")),
  "a palette that RGB suggests": pngOf(rgb, palette, IDAT, chunk("IEND")),
  "image data in pieces, some empty": pngOf(
    rgb,
    chunk("IDAT"),
    chunk("IDAT", pixels.subarray(0, 5)),
    chunk("IDAT", pixels.subarray(5)),
    chunk("IDAT"),
    chunk("tIME", Buffer.alloc(7)),
    chunk("IEND")
  ),
  "a wrong CRC in an ancillary chunk": pngOf(rgb, wrongCrc(chunk("tEXt", Buffer.from("a\0b"))), IDAT, chunk("IEND")),
  animated: pngOf(rgb, chunk("acTL", Buffer.alloc(8)), IDAT, chunk("fdAT", Buffer.alloc(9)), chunk("IEND"))
}

export const validImages: Readonly<Record<string, Buffer>> = { ...validJpegs, ...validPngs }
export const jpegParts = { SOI, EOI, frame, scan, scanHeader, data }
