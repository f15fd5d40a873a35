import type { LogRecord } from "./log-record.ts"

type Place = Pick<LogRecord, "stream" | "revision">

/** What an entry takes beside its stream's name. */
const bytesPerEntry = 60

/** Where events of late were stored, by their ids; the oldest are forgotten when there is no room. */
export class CommittedIds {
  readonly #places = new Map<string, Place>()
  readonly #capacity: number
  #bytes = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(id: string): Place | undefined {
    return this.#places.get(id)
  }

  put({ id, stream, revision }: LogRecord): void {
    this.#forget(id)
    this.#places.set(id, { stream, revision })
    this.#bytes += bytesOf(stream)
    for (const oldest of this.#places.keys()) {
      if (this.#bytes <= this.#capacity) break
      this.#forget(oldest)
    }
  }

  #forget(id: string): void {
    const place = this.#places.get(id)
    if (place === undefined) return
    this.#places.delete(id)
    this.#bytes -= bytesOf(place.stream)
  }
}

const bytesOf = (stream: string): number => bytesPerEntry + stream.length * 2
