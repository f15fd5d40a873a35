import { type ImageRefused, imageRefused } from "../../domain/image/image-refused.ts"
import { openableKind } from "./file-kinds.ts"
import { Prefix } from "./prefix.ts"

const isPadding = (byte: number | undefined) =>
  byte === 0x00 || byte === 0xff || byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d)

/**
 * What follows the end marker. Phones append gain maps, previews, video and records of their own; only what begins,
 * after padding, like a file to be opened or run is refused.
 */
export class Trailer {
  readonly #head = new Prefix(64)

  write(chunk: Uint8Array, from: number): ImageRefused | undefined {
    if (this.#head.full) return undefined
    let at = from
    if (this.#head.bytes.length === 0) while (isPadding(chunk[at])) at++
    this.#head.take(chunk, at)
    return this.#head.full ? this.#check() : undefined
  }

  end(): ImageRefused | undefined {
    return this.#check()
  }

  #check(): ImageRefused | undefined {
    const kind = openableKind(this.#head.text)
    return kind === undefined ? undefined : imageRefused("damaged", `After the end of the image ${kind} follows.`)
  }
}
