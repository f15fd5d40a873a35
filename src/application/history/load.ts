import { Effect } from "effect"
import type { Health } from "../health.ts"
import { EventStore, type EventStoreUnavailable } from "../ports/event-store.ts"
import type { Log } from "../ports/log.ts"
import type { Views } from "../ports/views.ts"
import { streamOf } from "./ids.ts"
import { foldOnto, type Loaded } from "./loaded.ts"
import { readWhole } from "./read-whole.ts"
import { keep, recall } from "./recent-registrations.ts"

/**
 * The registration as its stream tells it now; one that does not exist is `Initial`. What was read of it lately is kept: the stream is asked
 * from the last known event on, whose hash says whether it still is the same history.
 */
export const load = (
  registration: string
): Effect.Effect<Loaded, EventStoreUnavailable, EventStore | Views | Health | Log> =>
  EventStore.use((store) => {
    const known = recall(store, registration)
    const whole = () => Effect.map(readWhole(registration), (loaded) => keep(store, registration, loaded))
    if (known?.tip._tag !== "At") return whole()
    const { revision, hash } = known.tip
    return Effect.flatMap(store.read(streamOf(registration), revision), ({ events: [last, ...news], tip, lost }) => {
      if (last?.hash !== hash || lost !== undefined) return whole()
      return Effect.succeed(news.length === 0 ? known : keep(store, registration, foldOnto(known, news, tip)))
    })
  })
