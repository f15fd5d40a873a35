import { type ImageRefused, imageRefused } from "../../domain/image/image-refused.ts"
import { openableKind } from "./file-kinds.ts"
import { Prefix } from "./prefix.ts"

/** Zeros, fill bytes, white space, and the bytes of byte order marks, with which nothing begins that is looked for. */
const padding: ReadonlySet<number | undefined> = new Set([
  ...[0x00, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0xff],
  ...[0xef, 0xbb, 0xbf, 0xfe]
])

/**
 * What follows the end marker. Phones append gain maps, previews, video and records of their own; only what begins,
 * after padding, like a file to be opened or run is refused.
 */
export class Trailer {
  readonly #head = new Prefix(64)

  write(chunk: Uint8Array, from: number): ImageRefused | undefined {
    if (this.#head.full) return undefined
    let at = from
    if (this.#head.taken === 0) while (padding.has(chunk[at])) at++
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
