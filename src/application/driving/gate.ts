import { Context, Effect, Layer } from "effect"
import { type FailureRun, FailureRuns, keepsFailing } from "../failure-runs.ts"
import type { Operation } from "../ports/esign-platform.ts"
import { Settings } from "../settings.ts"
import { backOff } from "./back-off.ts"

/** Kinds of calls that the gate lets through. */
export type Kind = Exclude<Operation, "token">

/**
 * Lets platform calls pass. When one kind keeps failing, one probe at a time is let through, with growing pauses; once it gets through the
 * number doubles, so that an outage ends without a storm. `now` is of the monotonic clock: a wall clock that is set back must not keep it
 * closed.
 */
export class Gate extends Context.Service<Gate, Gates<Kind>>()("certreg/application/driving/Gate") {
  static readonly layer = Layer.effect(
    Gate,
    Effect.map(Settings, (settings) => new Gates<Kind>(settings.esignConcurrency, settings.retryMaxDelay))
  )
}

type Passage = {
  limit: number
  under: number
  probes: number
  isProbing: boolean
  nextProbeAt: number
}

export class Gates<Key> {
  readonly #passages = new Map<Key, Passage>()
  /** By the kind that waits, also where it was the token that failed; `Health` counts by what failed. */
  readonly #failures = new FailureRuns<Key>(10)
  readonly #concurrency: number
  readonly #maxPause: number

  constructor(concurrency: number, maxPause: number) {
    this.#concurrency = concurrency
    this.#maxPause = maxPause
  }

  /** Whether a call may start now; who may says how it ended. */
  enter(kind: Key, now: number): boolean {
    if (!this.isOpen(kind, now)) return false
    const passage = this.#of(kind)
    passage.under++
    passage.isProbing = this.#isClosed(kind)
    return true
  }

  /** Whether a call would be let through now. */
  isOpen(kind: Key, now: number): boolean {
    const { under, limit, nextProbeAt } = this.#of(kind)
    return under < limit && now >= nextProbeAt
  }

  answered(kind: Key): void {
    const passage = this.#leave(kind)
    this.#failures.succeeded(kind)
    passage.probes = 0
    passage.nextProbeAt = 0
    passage.limit = Math.min(this.#concurrency, passage.limit * 2)
  }

  /** `retryAfter`: milliseconds for which the platform does not want to be asked again. */
  failed(kind: Key, now: number, code: string, retryAfter = 0): void {
    const { isProbing } = this.#of(kind)
    const passage = this.#leave(kind)
    const { count } = this.#failures.failed(kind, now, code)
    // What was under way when it closed comes back with the same failure: that is no probe.
    if (count !== keepsFailing && !isProbing) return
    passage.limit = 1
    passage.nextProbeAt = now + Math.max(backOff(passage.probes++, this.#maxPause), retryAfter)
  }

  notSent(kind: Key): void {
    this.#leave(kind)
  }

  /** Failures of this kind in a row, if the last call failed. */
  failuresOf(kind: Key): FailureRun | undefined {
    return this.#failures.of(kind)
  }

  /** When the next probe may start, while calls of this kind keep failing. */
  nextProbeAt(kind: Key): number | undefined {
    return this.#isClosed(kind) ? this.#of(kind).nextProbeAt : undefined
  }

  #isClosed(kind: Key): boolean {
    return (this.#failures.of(kind)?.count ?? 0) >= keepsFailing
  }

  #leave(kind: Key): Passage {
    const passage = this.#of(kind)
    passage.under--
    passage.isProbing = false
    return passage
  }

  #of(kind: Key): Passage {
    let passage = this.#passages.get(kind)
    if (!passage) {
      passage = { limit: this.#concurrency, under: 0, probes: 0, isProbing: false, nextProbeAt: 0 }
      this.#passages.set(kind, passage)
    }
    return passage
  }
}
