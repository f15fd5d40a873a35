import { Result } from "effect"
import { type ImageRefused, imageRefused } from "../../domain/image/image-refused.ts"
import type { PixelSize } from "../../domain/image/pixel-size.ts"
import type { MediaType } from "../../domain/registration/events.ts"
import { otherKind } from "./file-kinds.ts"
import type { FormatInspector } from "./format-inspector.ts"
import { JpegInspector } from "./jpeg-inspector.ts"
import { PngInspector } from "./png-inspector.ts"
import { Prefix } from "./prefix.ts"

export type InspectedImage = PixelSize & { readonly mediaType: MediaType }

const formats = [
  // With the 0xff of the marker after SOI, as browsers and libraries look for it.
  { signature: "\xff\xd8\xff", Inspector: JpegInspector },
  { signature: "\x89PNG\r\n\x1a\n", Inspector: PngInspector }
]

/**
 * Checks the structure of a JPEG or PNG while its bytes pass by (contract section 2, PUT documents). Feed chunks in
 * order, of any size; a refusal is final. Nothing is decoded, and no more than some hundred bytes are kept.
 */
export class ImageInspector {
  readonly #declared: MediaType | undefined
  readonly #head = new Prefix(64)
  #format: FormatInspector | undefined
  #refused: ImageRefused | undefined

  /** `declared` is what the `Content-Type` says; undefined when the bytes decide. */
  constructor(declared?: MediaType) {
    this.#declared = declared
  }

  /** What the bytes are: known after the first 3 of a JPEG, the first 8 of a PNG. */
  get mediaType(): MediaType | undefined {
    return this.#format?.mediaType
  }

  write(chunk: Uint8Array): ImageRefused | undefined {
    this.#refused ??= this.#format ? this.#format.write(chunk) : this.#begin(chunk)
    return this.#refused
  }

  /** The verdict on the whole, once every byte was written. */
  end(): Result.Result<InspectedImage, ImageRefused> {
    if (this.#refused) return Result.fail(this.#refused)
    if (!this.#format) return Result.fail(this.#withoutFormat())
    const ended = this.#format.end()
    return "_tag" in ended ? Result.fail(ended) : Result.succeed({ ...ended, mediaType: this.#format.mediaType })
  }

  #begin(chunk: Uint8Array): ImageRefused | undefined {
    const taken = this.#head.take(chunk, 0)
    const format = formats.find(({ signature }) => this.#head.text.startsWith(signature))
    if (!format) return this.#head.full ? this.#withoutFormat() : undefined
    this.#format = new format.Inspector()
    if (this.#declared !== undefined && this.#declared !== this.mediaType) {
      const [is, says] = this.#declared === "image/png" ? ["JPEG", "PNG"] : ["PNG", "JPEG"]
      return imageRefused("type_mismatch", `The Content-Type says ${says}, the bytes are a ${is}.`)
    }
    return this.#format.write(this.#head.bytes) ?? this.#format.write(chunk.subarray(taken))
  }

  #withoutFormat(): ImageRefused {
    const head = this.#head.text
    if (head === "") return imageRefused("empty", "The body has no bytes; a JPEG or PNG image is wanted.")
    if (formats.some(({ signature }) => signature.startsWith(head))) {
      return imageRefused("truncated", "The image is cut off within its first bytes.")
    }
    const kind = otherKind(head) ?? (/^[\t\n\r -~]{16,}$/.test(head) ? "text" : undefined)
    const found = kind === undefined ? "These bytes begin like no image that is known here" : `This is ${kind}`
    return imageRefused("not_an_image", `${found}; a JPEG or PNG image is wanted.`)
  }
}
