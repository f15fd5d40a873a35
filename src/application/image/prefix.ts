/** The first `length` bytes of something that comes in pieces. */
export class Prefix {
  readonly #bytes: Buffer
  #length: number
  #filled = 0

  constructor(length: number) {
    this.#bytes = Buffer.alloc(length)
    this.#length = length
  }

  /** Takes what is still missing from `chunk`, starting at `from`; returns the index of the first byte it left. */
  take(chunk: Uint8Array, from: number): number {
    const end = Math.min(chunk.length, from + this.#length - this.#filled)
    // Byte by byte: there may be millions of prefixes of a few bytes, and a view of each costs more than its copy.
    for (let at = from; at < end; at++) this.#bytes[this.#filled++] = chunk[at] as number
    return end
  }

  /** Starts over, with as many bytes as at first or fewer. */
  expect(length: number): void {
    this.#length = length
    this.#filled = 0
  }

  /** How many bytes have come so far. */
  get taken(): number {
    return this.#filled
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
    return this.#bytes.toString("latin1", 0, this.#filled)
  }

  uint8(at: number): number {
    return this.#bytes.readUInt8(at)
  }

  uint16(at: number): number {
    return this.#bytes.readUInt16BE(at)
  }

  uint32(at: number): number {
    return this.#bytes.readUInt32BE(at)
  }
}
