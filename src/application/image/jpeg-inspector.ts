import { type ImageRefused, imageRefused } from "../../domain/image/image-refused.ts"
import { checkPixelSize, type PixelSize } from "../../domain/image/pixel-size.ts"
import type { FormatInspector } from "./format-inspector.ts"
import { Prefix } from "./prefix.ts"
import { Trailer } from "./trailer.ts"

// Marker codes, ITU-T T.81 table B.1; each stands after a byte 0xff.
const TEM = 0x01
const RST0 = 0xd0
const RST7 = 0xd7
const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda
const APP0 = 0xe0

/**
 * Baseline, extended and progressive, with Huffman or arithmetic coding. Arithmetic coding passes on purpose: such a file is whole, and
 * libjpeg-turbo and what is built on it show it. Lossless and hierarchical frames hardly anything shows.
 */
const frames: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca])
/** DHT, DAC, SOS, DNL, DQT, DRI, APP0 to APP15, COM. Of the other codes decoders say that the file is broken too. */
const isSegment = (code: number) =>
  frames.has(code) ||
  code === 0xc4 ||
  code === 0xcc ||
  (code >= SOS && code <= 0xdd) ||
  (code >= 0xe0 && code <= 0xef) ||
  code === 0xfe

const damaged = (detail: string) => imageRefused("damaged", `The JPEG is damaged: ${detail}.`)

/**
 * JPEG, marker by marker. A segment is skipped by its length, with the thumbnail that may be inside; entropy-coded data
 * is skipped to the next marker, and so is what stands between segments, as sloppy phones leave it and decoders pass over.
 */
export class JpegInspector implements FormatInspector {
  readonly mediaType = "image/jpeg"
  #step: "data" | "code" | "head" | "body" | "trailer" = "body"
  /** Bytes of the body still to be skipped: at first those of SOI, which has been seen. */
  #left = 2
  #code = SOI
  /** Length of a segment and, of the two that matter, what follows: up to the number of components. */
  readonly #head = new Prefix(8)
  #size: PixelSize | undefined
  #inScan = false
  #hasScanData = false
  readonly #trailer = new Trailer()

  write(chunk: Uint8Array): ImageRefused | undefined {
    let at = 0
    while (at < chunk.length) {
      switch (this.#step) {
        case "data": {
          const marker = chunk.indexOf(0xff, at)
          if (this.#inScan && marker !== at) this.#hasScanData = true
          if (marker === -1) return undefined
          at = marker + 1
          this.#step = "code"
          break
        }
        case "code": {
          const refused = this.#marker(chunk[at++] as number)
          if (refused) return refused
          break
        }
        case "head": {
          at = this.#head.take(chunk, at)
          const refused = this.#head.full ? this.#segment() : undefined
          if (refused) return refused
          break
        }
        case "body": {
          const skipped = Math.min(this.#left, chunk.length - at)
          at += skipped
          this.#left -= skipped
          if (this.#left === 0) this.#step = "data"
          break
        }
        case "trailer":
          return this.#trailer.write(chunk, at)
      }
    }
    return undefined
  }

  end(): PixelSize | ImageRefused {
    if (this.#step !== "trailer" || this.#size === undefined) {
      return imageRefused("truncated", "The JPEG is cut off: its end marker (EOI) is missing.")
    }
    return this.#trailer.end() ?? this.#size
  }

  #marker(code: number): ImageRefused | undefined {
    // One of the fill bytes that may stand before a marker's code.
    if (code === 0xff) return undefined
    if (code === 0x00 || code === TEM || (code >= RST0 && code <= RST7)) {
      // A stuffed 0xff is data; a restart marker stands in the data and does not end it.
      if (code === 0x00 && this.#inScan) this.#hasScanData = true
      this.#step = "data"
      return undefined
    }
    if (code === EOI) {
      if (!this.#hasScanData) return damaged("it ends before any image data")
      this.#step = "trailer"
      return undefined
    }
    if (!isSegment(code)) return damaged("there is a marker that has no place there, or that no common reader knows")
    this.#code = code
    this.#head.expect(frames.has(code) ? 8 : code === SOS ? 3 : 2)
    this.#step = "head"
    return undefined
  }

  #segment(): ImageRefused | undefined {
    const head = this.#head
    const length = head.uint16(0)
    // A length counts its own two bytes. Application segments and comments of less occur, and decoders take them as empty.
    if (length < 2 && this.#code < APP0) return damaged("a segment has a wrong length")
    this.#left = Math.max(0, length - head.taken)
    this.#step = "body"
    this.#inScan = this.#code === SOS
    if (this.#inScan) {
      const components = head.uint8(2)
      if (this.#size === undefined) return damaged("a scan comes before the frame header")
      if (components < 1 || components > 4 || length !== 6 + 2 * components) return damaged("a scan header is wrong")
    } else if (frames.has(this.#code)) {
      const components = head.uint8(7)
      if (this.#size !== undefined) return damaged("there are two frame headers")
      const precision = head.uint8(2)
      if (components < 1 || length !== 8 + 3 * components || (precision !== 8 && precision !== 12))
        return damaged("the frame header is wrong")
      this.#size = { height: head.uint16(3), width: head.uint16(5) }
      return checkPixelSize(this.#size)
    }
    return undefined
  }
}
