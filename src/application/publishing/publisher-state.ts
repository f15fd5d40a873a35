import { Context, Layer } from "effect"
import type { Position } from "../ports/event-store.ts"
import type { Words } from "../ports/log.ts"
import { type FailureKind, failureKinds } from "../ports/message-broker.ts"
import type { Halt } from "./halt.ts"

/** What somebody has to do, where that is known. `halted`: nothing goes on before. */
type Reason = { readonly advice?: Words; readonly halted?: Halt }

/**
 * Whether messages are published. `off`: this process publishes nothing. `up`: what comes is published. `down`: nothing is published just now;
 * it goes on by itself, unless it is `halted`.
 */
export type PublisherStatus =
  | { readonly condition: "off" }
  | { readonly condition: "up"; readonly since: number }
  | ({
      readonly condition: "down"
      /** A time of the monotonic clock (`performance.now()`). */
      readonly since: number
      /** Why, as of the last try: a word, never a message. */
      readonly code: string
    } & Reason)

/** How far publishing is behind. */
export type Lag = {
  /** Messages that are not acknowledged, counted up to `mostLag`. */
  readonly messages: number
  /** Age of the oldest of them by the time of its event; 0 when there is none. */
  readonly seconds: number
}
export const mostLag = 10_000

/** For health and metrics: read it at any time, it never waits. */
export class PublisherState extends Context.Service<PublisherState, PublisherNow>()(
  "certreg/application/publishing/PublisherState"
) {
  static readonly layer = Layer.sync(PublisherState, () => new PublisherNow())
}

class PublisherNow {
  #status: PublisherStatus = { condition: "off" }
  #position: Position = 0
  #lag: Lag = { messages: 0, seconds: 0 }
  #published = 0
  readonly #rejected = new Map<FailureKind, number>(failureKinds.map((kind) => [kind, 0]))

  readonly status = (): PublisherStatus => this.#status
  /** Everything up to there was acknowledged. */
  readonly position = (): Position => this.#position
  /** At most a few seconds old. */
  readonly lag = (): Lag => this.#lag
  /** Records that were acknowledged in this process's life, repeated ones too. */
  readonly published = (): number => this.#published
  /** Batches that were not acknowledged in this process's life; each was tried again. */
  readonly rejected = (): ReadonlyMap<FailureKind, number> => this.#rejected

  /** Answers what it was before. */
  readonly up = (): PublisherStatus => {
    const before = this.#status
    if (before.condition !== "up") this.#status = { condition: "up", since: performance.now() }
    return before
  }

  /** Answers what it was before. */
  readonly down = (code: string, reason: Reason = {}): PublisherStatus => {
    const before = this.#status
    const since = before.condition === "down" ? before.since : performance.now()
    this.#status = { condition: "down", since, code, ...reason }
    return before
  }

  readonly reach = (position: Position): void => {
    this.#position = position
  }

  readonly measured = (lag: Lag): void => {
    this.#lag = lag
  }

  readonly addPublished = (records: number): void => {
    this.#published += records
  }

  readonly reject = (kind: FailureKind): void => {
    this.#rejected.set(kind, (this.#rejected.get(kind) ?? 0) + 1)
  }
}
