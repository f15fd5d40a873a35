import { Context, Layer } from "effect"
import { BoundedMap } from "../bounded-map.ts"
import type { PlatformRefused } from "../ports/esign-platform.ts"

const most = 10_000

/**
 * Until when the owner of a claim transmitted that is not this process, in milliseconds of the monotonic clock: until this process began. Two
 * never write to the same log.
 */
export const ownerGoneAt = 0

/** What this process knows of its transmissions of a confirmation that is not settled. */
export type Transmission = {
  /** When the last one was over, in milliseconds of the monotonic clock. */
  readonly at: number
  /** `none`: all of them were turned away before they could do anything. */
  readonly effect: "none" | "unknown"
  /** A refusal of a repeat: it stands only when late polls say that nothing was confirmed. */
  readonly refusal?: PlatformRefused
  /** Late polls that said so. */
  readonly denials: number
}

/** Kept in memory alone: what is forgotten is taken for a transmission of unknown effect, just now. */
export class Transmissions extends Context.Service<
  Transmissions,
  {
    readonly of: (id: string) => Transmission | undefined
    readonly set: (id: string, transmission: Transmission) => void
    readonly settled: (id: string) => void
  }
>()("certreg/application/driving/Transmissions") {
  static readonly layer = Layer.sync(Transmissions, () => {
    const known = new BoundedMap<string, Transmission>(most)
    return Transmissions.of({
      of: (id) => known.get(id),
      set: (id, transmission) => void known.set(id, transmission),
      settled: (id) => void known.delete(id)
    })
  })
}
