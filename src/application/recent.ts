import type { Loaded } from "./load.ts"
import type { EventStore } from "./ports/event-store.ts"

/** Registrations that are kept: those that are under way at once, and not much more. */
const most = 1000

/** Registrations as they were read last, the longest unused forgotten first. They save work and decide nothing. */
export type Recent = {
  readonly get: (registration: string) => Loaded | undefined
  readonly keep: (registration: string, loaded: Loaded) => Loaded
}

const stores = new WeakMap<EventStore["Service"], Recent>()

/** What was read of a store lately. */
export const recentOf = (store: EventStore["Service"]): Recent => {
  const known = stores.get(store)
  if (known) return known
  const made = makeRecent()
  stores.set(store, made)
  return made
}

const makeRecent = (): Recent => {
  const kept = new Map<string, Loaded>()
  return {
    get: (registration) => kept.get(registration),
    keep: (registration, loaded) => {
      if (loaded.tip._tag === "NoStream") return loaded
      kept.delete(registration)
      kept.set(registration, loaded)
      const { value: oldest } = kept.keys().next()
      if (kept.size > most && oldest !== undefined) kept.delete(oldest)
      return loaded
    }
  }
}
