import type { AllStreamRecordedEvent } from "@eventstore/db-client"
import type { FeedPage, Position } from "../../application/ports/event-store.ts"
import { decodeEvent } from "./codec.ts"
import { EventBuffer } from "./event-buffer.ts"
import { sizeOf } from "./event-size.ts"
import { Tail, type TailOptions } from "./tail.ts"

export type SessionOptions = TailOptions & {
  /** It does not follow the log; told once until `onFollowed`. */
  readonly onInterrupted: (session: Session, code: string) => void
  readonly onFollowed: (session: Session) => void
  /** Somebody destroyed a stream of ours. */
  readonly onDestroyed: (stream: string, position: Position) => void
}

/** A page, why there is none, or nothing as long as there may be one soon. */
export type Outcome = FeedPage | { readonly code: string } | undefined

/** Pages of the log from a position on, for one reader after another. It holds a bounded part of the log; the server waits with the rest. */
export class Session {
  /** Where the next page begins. */
  position: Position
  readonly #options: SessionOptions
  readonly #buffer = new EventBuffer()
  readonly #listeners = new Set<() => void>()
  readonly #tail: Tail
  #willNotify = false

  constructor(after: Position, options: SessionOptions) {
    this.position = after
    this.#options = options
    this.#tail = new Tail(after, options, {
      event: (event, position) => this.#keep(event, position),
      interrupted: (code) => options.onInterrupted(this, code),
      followed: () => options.onFollowed(this),
      changed: () => this.#notify()
    })
  }

  /** Why it does not follow the log. */
  get interruption(): string | undefined {
    return this.#tail.interruption
  }

  get hasFailed(): boolean {
    return this.#tail.failure !== undefined
  }

  get isAwaited(): boolean {
    return this.#listeners.size > 0
  }

  /** Calls back soon after something may have changed; answers how to stop that. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** A page with some events that is not full holds everything up to `until`. */
  page(limit: number, until: Position): Outcome {
    if (this.#buffer.fillsPage(limit) || this.#tail.hasAll(until)) return this.#take(limit)
    const { failure, interruption, upTo } = this.#tail
    if (this.#buffer.isEmpty ? upTo > this.position : interruption !== undefined) return this.#take(limit)
    return failure === undefined ? undefined : { code: failure }
  }

  /** Whether whoever waits after a position should ask for a page, which leads further, or why there is none. */
  hasNews(after: Position): boolean {
    return this.position !== after || this.#tail.upTo > after || this.interruption !== undefined
  }

  /** Called every `millis`. */
  tick(millis: number): void {
    this.#tail.tick(millis)
  }

  close(): void {
    this.#tail.close()
  }

  #keep(event: AllStreamRecordedEvent, position: Position): void {
    const { names, onDestroyed } = this.#options
    if (names.isOurs(event)) this.#buffer.push({ ...decodeEvent(event, names), position }, sizeOf(event))
    else if (names.isDestroyed(event)) onDestroyed(names.local(event.streamId), position)
    if (this.#buffer.isFull && !this.#tail.isPaused) this.#tail.pause()
  }

  #take(limit: number): FeedPage {
    const events = this.#buffer.take(limit)
    const upTo = this.#buffer.isEmpty ? this.#tail.upTo : (events.at(-1)?.position ?? this.position)
    const { horizon } = this.#options
    horizon.known = Math.max(horizon.known, upTo)
    this.position = upTo
    if (this.#tail.isPaused && this.#buffer.isRoomy) this.#tail.resume()
    return { events, upTo }
  }

  /** Once for all that comes at once. */
  #notify(): void {
    if (this.#willNotify || this.#listeners.size === 0) return
    this.#willNotify = true
    setImmediate(() => {
      this.#willNotify = false
      for (const listener of this.#listeners) listener()
    })
  }
}
