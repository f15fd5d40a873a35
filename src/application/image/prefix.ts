/** The first `length` bytes of something that comes in pieces. */
export class Prefix {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #length: number
  #filled = 0

  constructor(length: number) {
    this.#bytes = new Uint8Array(length)
    this.#view = new DataView(this.#bytes.buffer)
    this.#length = length
  }

  /** Takes what is still missing from `chunk`, starting at `from`; returns the index of the first byte it left. */
  take(chunk: Uint8Array, from: number): number {
    const part = chunk.subarray(from, from + this.#length - this.#filled)
    this.#bytes.set(part, this.#filled)
    this.#filled += part.length
    return from + part.length
  }

  /** Starts over, with as many bytes as at first or fewer. */
  expect(length: number): void {
    this.#length = length
    this.#filled = 0
  }

  get full(): boolean {
    return this.#filled === this.#length
  }

  /** What has come so far. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#filled)
  }

  /** What has come so far, one character a byte. */
  get text(): string {
    return String.fromCharCode(...this.bytes)
  }

  uint8(at: number): number {
    return this.#view.getUint8(at)
  }

  uint16(at: number): number {
    return this.#view.getUint16(at)
  }

  uint32(at: number): number {
    return this.#view.getUint32(at)
  }
}
