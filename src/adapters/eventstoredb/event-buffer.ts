import type { RecordedEvent } from "../../application/ports/event-store.ts"
import { maxPageBytes } from "./event-size.ts"

const most = { events: 1_000, bytes: 2 * maxPageBytes }

/** Events that wait to be taken, in order. */
export class EventBuffer {
  readonly #events: Array<RecordedEvent> = []
  readonly #sizes: Array<number> = []
  #bytes = 0

  get isEmpty(): boolean {
    return this.#events.length === 0
  }

  /** Whether whoever fills it should stop. */
  get isFull(): boolean {
    return this.#events.length >= most.events || this.#bytes >= most.bytes
  }

  /** Whether whoever stopped should go on. */
  get isRoomy(): boolean {
    return this.#events.length <= most.events / 2 && this.#bytes <= most.bytes / 2
  }

  /** Whether a page would be no larger if more came. */
  fillsPage(limit: number): boolean {
    return this.#events.length >= Math.min(limit, most.events) || this.#bytes >= maxPageBytes
  }

  push(event: RecordedEvent, size: number): void {
    this.#events.push(event)
    this.#sizes.push(size)
    this.#bytes += size
  }

  take(limit: number): ReadonlyArray<RecordedEvent> {
    let [count, bytes] = [0, 0]
    while (count < limit && count < this.#events.length && bytes < maxPageBytes) bytes += this.#sizes[count++] ?? 0
    this.#bytes -= bytes
    this.#sizes.splice(0, count)
    return this.#events.splice(0, count)
  }
}
