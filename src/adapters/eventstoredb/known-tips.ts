import type { StoredEvent } from "../../application/ports/event-store.ts"
import { RecentMap } from "./recent-map.ts"

/** What lies at a place of a stream: nothing ever changes that. */
export type KnownTip = Pick<StoredEvent, "revision" | "hash">

/** Streams: those that are under way, and many more. */
const kept = 10_000

/** The furthest place that is known of each stream, for those that something was learnt of lately. */
export class KnownTips {
  readonly #tips = new RecentMap<string, KnownTip>(kept)

  /** The hash at a revision, if that is the place that is known. */
  hashAt(stream: string, revision: number): string | undefined {
    const known = this.#tips.get(stream)
    return known?.revision === revision ? known.hash : undefined
  }

  learn(stream: string, { revision, hash }: KnownTip): void {
    const known = this.#tips.get(stream)
    if (known === undefined || known.revision <= revision) this.#tips.set(stream, { revision, hash })
  }
}
