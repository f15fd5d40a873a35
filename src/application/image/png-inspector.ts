import { crc32 } from "node:zlib"
import { type ImageRefused, imageRefused } from "../../domain/image/image-refused.ts"
import { checkPixelSize, type PixelSize } from "../../domain/image/pixel-size.ts"
import type { FormatInspector } from "./format-inspector.ts"
import { PngChunkOrder } from "./png-chunk-order.ts"
import { Prefix } from "./prefix.ts"
import { Trailer } from "./trailer.ts"

const damaged = (detail: string) => imageRefused("damaged", `The PNG is damaged: ${detail}.`)

/** Allowed bit depths by colour type (grey, RGB, palette, grey with alpha, RGBA). */
const bitDepths: Readonly<Record<number, ReadonlyArray<number>>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16]
}

/**
 * PNG, chunk by chunk. A wrong CRC damages a critical chunk; in an ancillary one decoders pass over it.
 * An animated PNG passes on purpose: its frames are ancillary chunks, and its default image is a PNG like any other.
 */
export class PngInspector implements FormatInspector {
  readonly mediaType = "image/png"
  #step: "signature" | "header" | "data" | "checksum" | "trailer" = "signature"
  /** The signature, then length and type, or the CRC, of one chunk after the other. */
  readonly #field = new Prefix(8)
  readonly #imageHeader = new Prefix(13)
  readonly #order = new PngChunkOrder()
  #type = ""
  #critical = false
  /** Bytes of the chunk's data still to come. */
  #left = 0
  #crc = 0
  #size: PixelSize | undefined
  readonly #trailer = new Trailer()

  write(chunk: Uint8Array): ImageRefused | undefined {
    let at = 0
    while (at < chunk.length) {
      if (this.#step === "trailer") return this.#trailer.write(chunk, at)
      if (this.#step === "data") {
        const data = chunk.subarray(at, at + this.#left)
        if (this.#type === "IHDR") this.#imageHeader.take(data, 0)
        if (this.#critical) this.#crc = crc32(data, this.#crc)
        at += data.length
        this.#left -= data.length
        if (this.#left === 0) this.#expect("checksum", 4)
        continue
      }
      at = this.#field.take(chunk, at)
      if (!this.#field.full) return undefined
      const refused = this.#fieldEnd()
      if (refused) return refused
    }
    return undefined
  }

  end(): PixelSize | ImageRefused {
    if (this.#step !== "trailer" || this.#size === undefined) {
      return imageRefused("truncated", "The PNG is cut off: its end (IEND) is missing.")
    }
    return this.#trailer.end() ?? this.#size
  }

  #expect(step: "header" | "checksum", length: number): void {
    this.#step = step
    this.#field.expect(length)
  }

  #fieldEnd(): ImageRefused | undefined {
    switch (this.#step) {
      case "header":
        return this.#chunkBegin()
      case "checksum":
        return this.#chunkEnd()
      default:
        this.#expect("header", 8)
        return undefined
    }
  }

  #chunkBegin(): ImageRefused | undefined {
    const length = this.#field.uint32(0)
    const type = this.#field.text.slice(4)
    if (length > 0x7fff_ffff || !/^[A-Za-z]{4}$/.test(type)) return damaged("a chunk has a wrong length or type")
    const misplaced = this.#order.next(type, length)
    if (misplaced !== undefined) return damaged(misplaced)
    this.#type = type
    this.#critical = /^[A-Z]/.test(type)
    this.#crc = crc32(type)
    this.#left = length
    if (length === 0) this.#expect("checksum", 4)
    else this.#step = "data"
    return undefined
  }

  #chunkEnd(): ImageRefused | undefined {
    if (this.#critical && this.#field.uint32(0) !== this.#crc) return damaged("the checksum of a chunk is wrong")
    if (this.#type === "IEND") this.#step = "trailer"
    else this.#expect("header", 8)
    return this.#type === "IHDR" ? this.#imageHeaderEnd() : undefined
  }

  #imageHeaderEnd(): ImageRefused | undefined {
    const header = this.#imageHeader
    const colourType = header.uint8(9)
    const standard = header.uint8(10) === 0 && header.uint8(11) === 0 && header.uint8(12) <= 1
    if (!standard || !bitDepths[colourType]?.includes(header.uint8(8))) return damaged("the image header is wrong")
    this.#order.needsPalette = colourType === 3
    this.#size = { width: header.uint32(0), height: header.uint32(4) }
    return checkPixelSize(this.#size)
  }
}
