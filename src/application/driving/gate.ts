import { Context, Effect, Layer } from "effect"
import type { Operation } from "../ports/esign-platform.ts"
import { Settings } from "../settings.ts"
import { backOff } from "./back-off.ts"

/** So many failures in a row close the gate of a kind of call. */
const failuresToClose = 5

export type Kind = Exclude<Operation, "token">

/**
 * Lets platform calls pass. When one kind keeps failing, one probe at a time is let through, with growing pauses; once it gets through the
 * number doubles, so that an outage ends without a storm. `now` is of the monotonic clock: a wall clock that is set back must not keep it
 * closed.
 */
export class Gate extends Context.Service<Gate, Gates>()("certreg/application/driving/Gate") {
  static readonly layer = Layer.effect(
    Gate,
    Effect.map(Settings, (settings) => new Gates(settings.esignConcurrency, settings.retryMaxDelay))
  )
}

type Passage = {
  limit: number
  under: number
  failures: number
  probes: number
  isProbing: boolean
  nextProbeAt: number
}

class Gates {
  readonly #passages = new Map<Kind, Passage>()
  readonly #concurrency: number
  readonly #maxPause: number

  constructor(concurrency: number, maxPause: number) {
    this.#concurrency = concurrency
    this.#maxPause = maxPause
  }

  /** Whether a call may start now; who may says how it ended, with `leave`. */
  enter(kind: Kind, now: number): boolean {
    if (!this.isOpen(kind, now)) return false
    const passage = this.#of(kind)
    passage.under++
    passage.isProbing = passage.failures >= failuresToClose
    return true
  }

  /** Whether a call would be let through now. */
  isOpen(kind: Kind, now: number): boolean {
    const { under, limit, nextProbeAt } = this.#of(kind)
    return under < limit && now >= nextProbeAt
  }

  leave(kind: Kind, outcome: "answered" | "unavailable" | "not_sent", now: number): void {
    const passage = this.#of(kind)
    const { isProbing } = passage
    passage.under--
    passage.isProbing = false
    if (outcome === "answered") {
      passage.failures = 0
      passage.probes = 0
      passage.nextProbeAt = 0
      passage.limit = Math.min(this.#concurrency, passage.limit * 2)
    } else if (outcome === "unavailable" && (++passage.failures === failuresToClose || isProbing)) {
      // What was under way when it closed comes back with the same failure: that is no probe.
      passage.limit = 1
      passage.nextProbeAt = now + backOff(passage.probes++, this.#maxPause)
    }
  }

  #of(kind: Kind): Passage {
    let passage = this.#passages.get(kind)
    if (!passage) {
      passage = { limit: this.#concurrency, under: 0, failures: 0, probes: 0, isProbing: false, nextProbeAt: 0 }
      this.#passages.set(kind, passage)
    }
    return passage
  }
}
