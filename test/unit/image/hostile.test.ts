import { setImmediate } from "node:timers/promises"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { describe, expect, it } from "vitest"
import { ImageInspector } from "../../../src/application/image/image-inspector.ts"
import { chunk, frameHeader, imageHeader, pngSignature, scanHeader, segment } from "../../support/images.ts"
import { jpegParts, pngParts } from "./samples.ts"

const { SOI, EOI } = jpegParts
const { IDAT, IEND } = pngParts
const scan = Buffer.concat([scanHeader, Buffer.of(1)])
const jpegHead = Buffer.concat([SOI, frameHeader(100, 100)])
const inScan = Buffer.concat([jpegHead, scan])
const pngHead = Buffer.concat([pngSignature, imageHeader(100, 100)])
const chunkHead = (length: number, type: string) => {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(length)
  head.write(type, 4)
  return head
}

/** How it begins, what comes again and again as long as anybody reads, how it ends, and the verdict. */
const endless: Record<string, readonly [Buffer, Buffer, Buffer, string]> = {
  "stray bytes before a marker": [jpegHead, Buffer.of(7), Buffer.concat([scan, EOI]), "image/jpeg"],
  "zeros before a marker": [jpegHead, Buffer.of(0), EOI, "damaged"],
  "fill bytes": [inScan, Buffer.of(0xff), Buffer.of(0xd9), "image/jpeg"],
  "stuffed bytes": [inScan, Buffer.of(0xff, 0x00), EOI, "image/jpeg"],
  "restart markers": [inScan, Buffer.of(0xff, 0xd0), EOI, "image/jpeg"],
  scans: [inScan, scan, EOI, "image/jpeg"],
  "empty comments": [jpegHead, segment(0xfe, Buffer.alloc(0)), EOI, "damaged"],
  "application segments of length 0": [inScan, Buffer.of(0xff, 0xe5, 0, 0), EOI, "image/jpeg"],
  "the longest segments": [jpegHead, segment(0xe2, Buffer.alloc(65_533, 0xff)), Buffer.alloc(0), "truncated"],
  "empty chunks": [pngHead, chunk("teXt"), Buffer.concat([IDAT, IEND]), "image/png"],
  "empty image data": [pngHead, chunk("IDAT"), Buffer.concat([IDAT, IEND]), "image/png"],
  "image data byte by byte": [pngHead, chunk("IDAT", Buffer.of(1)), IEND, "image/png"],
  "image data of 2 GiB": [Buffer.concat([pngHead, chunkHead(2 ** 31 - 1, "IDAT")]), IDAT, IEND, "truncated"],
  "a text of 2 GiB": [Buffer.concat([pngHead, chunkHead(2 ** 31 - 1, "zTXt")]), Buffer.of(1), IEND, "truncated"],
  "a chunk of more than that": [Buffer.concat([pngHead, chunkHead(2 ** 31, "zTXt")]), Buffer.of(1), IEND, "damaged"],
  "padding after the end of a JPEG": [
    Buffer.concat([inScan, EOI]),
    Buffer.of(0xff),
    Buffer.from("PK\x03\x04"),
    "damaged"
  ],
  "padding after the end of a PNG": [Buffer.concat([pngHead, IDAT, IEND]), Buffer.of(0), Buffer.from("a"), "image/png"],
  "a record after the end": [
    Buffer.concat([inScan, EOI]),
    Buffer.from("record"),
    Buffer.from("PK\x03\x04"),
    "image/jpeg"
  ],
  "zeros from the beginning": [Buffer.alloc(0), Buffer.of(0), Buffer.of(0), "not_an_image"]
}

const filled = (again: Buffer, size: number) => Buffer.alloc(Math.ceil(size / again.length) * again.length, again)

const write = (inspector: ImageInspector, bytes: Buffer, piece = bytes.length) => {
  for (let at = 0; at < bytes.length; at += piece) inspector.write(bytes.subarray(at, at + piece))
}

describe.each(Object.entries(endless))("endless %s", (_, [begin, again, end, expected]) => {
  // What takes the square of the length would take hours, however fast the machine.
  it.each([
    [2, 65_536],
    [1, 1]
  ])("of %d MiB, in pieces of %d bytes, come to a verdict", (mebibytes, piece) => {
    const inspector = new ImageInspector()
    write(inspector, begin)
    write(inspector, filled(again, mebibytes * 2 ** 20), piece)
    write(inspector, end)
    const ended = inspector.end()
    expect(ended._tag === "Success" ? ended.success.mediaType : ended.failure.reason).toBe(expected)
  })
})

describe("memory", () => {
  setFlagsFromString("--expose-gc")
  const gc = runInNewContext("gc") as () => void
  const collect = async () => {
    // What a WeakRef was asked or made for lives to the end of the turn; buffers that one collection found are let go by the next.
    for (let i = 0; i < 2; i++) {
      await setImmediate()
      gc()
    }
  }
  const inUse = async () => {
    await collect()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const inspectors = 100

  it("an inspector copies less than 4 KiB of it, whatever comes", async () => {
    const all: Array<ImageInspector> = []
    const grown: Array<readonly [string, number]> = []
    let before = await inUse()
    for (const [name, [begin, again]] of Object.entries(endless)) {
      // The same pieces for all, so that nothing is measured but what the inspectors made.
      const piece = filled(again, 16_384)
      for (let i = 0; i < inspectors; i++) {
        const inspector = new ImageInspector()
        for (const part of [begin, piece, piece.subarray(0, piece.length / 2 + 1)]) inspector.write(part)
        all.push(inspector)
      }
      const now = await inUse()
      const each = (now - before) / inspectors
      before = now
      if (each > 4096) grown.push([name, each])
    }
    expect(grown).toEqual([])
    expect(all).toHaveLength(inspectors * Object.keys(endless).length)
  })

  it("an inspector holds on to no piece, whatever comes", async () => {
    const given: Array<readonly [string, WeakRef<ArrayBufferLike>]> = []
    const all = Object.entries(endless).map(([name, [begin, again]]) => {
      const inspector = new ImageInspector()
      const piece = filled(again, 4096)
      for (const part of [begin, piece, piece, piece.subarray(0, piece.length / 2 + 1)]) {
        const own = new Uint8Array(part)
        given.push([name, new WeakRef(own.buffer)])
        inspector.write(own)
      }
      return inspector
    })
    await collect()
    expect(given.filter(([, buffer]) => buffer.deref() !== undefined).map(([name]) => name)).toEqual([])
    for (const inspector of all) inspector.end()
  })
})
