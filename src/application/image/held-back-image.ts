import { createHash } from "node:crypto"
import { Result } from "effect"
import type { ImageRefused } from "../../domain/image/image-refused.ts"
import type { MediaType } from "../../domain/registration/events.ts"
import { ImageInspector, type InspectedImage } from "./image-inspector.ts"

/** What is known of an image once its last byte is there. */
export type CheckedImage = InspectedImage & { readonly sha256: string }

/**
 * An image on its way: inspected and hashed as it comes, its last bytes held back until `release`, so that what is refused, or comes too
 * late, never completes at the storage. Holds two chunks at most. Reading it throws an `ImageRefused`, or what the body throws.
 */
export class HeldBackImage {
  readonly #inspector: ImageInspector
  readonly #hash = createHash("sha256")
  readonly #source: AsyncIterator<Uint8Array>
  #first: Array<Uint8Array> = []
  /** What reading it threw. */
  thrown: unknown

  constructor(body: AsyncIterable<Uint8Array>, declared: MediaType | undefined) {
    this.#source = body[Symbol.asyncIterator]()
    this.#inspector = new ImageInspector(declared)
  }

  /** Reads until the bytes tell what they are. */
  async begin(): Promise<MediaType> {
    while (this.#inspector.mediaType === undefined) {
      const { done, value } = await this.#source.next()
      if (done) return this.#checked().mediaType
      this.#take(value)
      this.#first.push(value)
    }
    return this.#inspector.mediaType
  }

  /** All bytes, the last ones only after `release`; when that throws, they never come. */
  async *bytes(release: (image: CheckedImage) => Promise<void>): AsyncGenerator<Uint8Array> {
    try {
      let held: Uint8Array | undefined
      for await (const chunk of this.#chunks()) {
        // An empty chunk would hold nothing back.
        if (chunk.length === 0) continue
        if (held) yield held
        held = chunk
      }
      await release(this.#checked())
      if (held) yield held
    } catch (error) {
      this.thrown = error
      throw error
    } finally {
      await this.#source.return?.()
    }
  }

  /** Reads all and hands nothing on: for an image that is to be compared only. */
  async check(): Promise<CheckedImage> {
    for await (const _ of this.#chunks()) {
      // Inspected and hashed on the way.
    }
    return this.#checked()
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    yield* this.#first
    this.#first = []
    while (true) {
      const { done, value } = await this.#source.next()
      if (done) return
      this.#take(value)
      yield value
    }
  }

  #take(chunk: Uint8Array): void {
    this.#hash.update(chunk)
    const refused = this.#inspector.write(chunk)
    if (refused) throw refused
  }

  #checked(): CheckedImage {
    const image = Result.getOrThrowWith(this.#inspector.end(), (refused: ImageRefused) => refused)
    return { ...image, sha256: this.#hash.digest("hex") }
  }
}
