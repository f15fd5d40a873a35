/** Bytes handed on at once: a storage that takes this much makes progress. */
const maxPiece = 64 * 1024

/** The bytes of an upload on their way: exactly `size` of them, or the transfer ends with an error that says nothing. */
export class UploadBody implements AsyncIterableIterator<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>
  #left: number
  #rest: Uint8Array = new Uint8Array()
  #closed = false
  /** The source failed, or did not keep to the promised size. */
  aborted = false

  constructor(source: AsyncIterable<Uint8Array>, size: number) {
    this.#source = source[Symbol.asyncIterator]()
    this.#left = size
  }

  /** Every byte was handed on. */
  get complete(): boolean {
    return this.#left === 0
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#rest.length === 0) this.#rest = await this.#pull()
    if (this.#closed || this.#rest.length === 0) return { done: true, value: undefined }
    const piece = this.#rest.subarray(0, maxPiece)
    this.#rest = this.#rest.subarray(piece.length)
    this.#left -= piece.length
    return { done: false, value: piece }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.close()
    return { done: true, value: undefined }
  }

  /** No more of it is wanted. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#source.return?.().catch(() => {})
  }

  /** The next bytes; none at the end. */
  async #pull(): Promise<Uint8Array> {
    try {
      while (!this.#closed) {
        const { done, value } = await this.#source.next()
        if (done ? this.#left > 0 : value.length > this.#left) throw new Error()
        if (done) this.#closed = true
        else if (value.length > 0) return value
      }
      return new Uint8Array()
    } catch {
      this.aborted = true
      throw new Error("the body was aborted")
    }
  }
}
