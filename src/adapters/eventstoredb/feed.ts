import { Effect, type Scope } from "effect"
import {
  type EventStore,
  EventStoreUnavailable,
  type FeedPage,
  type Position
} from "../../application/ports/event-store.ts"
import { Log } from "../../application/ports/log.ts"
import type { AllPages } from "./all-pages.ts"
import type { Clients } from "./clients.ts"
import { makeInterruptions } from "./interruptions.ts"
import type { Session } from "./session.ts"
import { Sessions } from "./sessions.ts"
import type { StreamNames } from "./stream-names.ts"
import type { Horizon } from "./tail.ts"

export type FeedTimings = {
  readonly silence: number
  readonly endCheck: number
  /** Milliseconds that a page is waited for while the log cannot be followed. */
  readonly outage: number
  readonly idle: number
}

export type FeedOptions = {
  readonly clients: Pick<Clients, "current" | "onReplaced">
  readonly all: Pick<AllPages, "last">
  readonly names: StreamNames
  readonly timings?: Partial<FeedTimings>
}

export type Feed = Pick<EventStore["Service"], "feed" | "waitBeyond"> & {
  /** This process has appended at a position: from now on every page that is not full reaches at least that far. */
  readonly advance: (position: Position) => void
}

const defaults: FeedTimings = { silence: 5_000, endCheck: 60_000, outage: 30_000, idle: 60_000 }

/** Pages of the log in its order, out of live subscriptions. They end with the scope. */
export const makeFeed = Effect.fnUntraced(function* (
  options: FeedOptions
): Effect.fn.Return<Feed, never, Scope.Scope | Log> {
  const log = yield* Log
  const timings = { ...defaults, ...options.timings }
  const horizon: Horizon = { appended: 0, known: 0 }
  const interruptions = makeInterruptions<Session>(log)
  const readers = new Set<(millis: number) => void>()
  let destroyedUpTo = 0
  const sessions = new Sessions(
    {
      ...options,
      horizon,
      timings,
      onInterrupted: interruptions.begin,
      onFollowed: interruptions.end,
      onDestroyed: (stream, position) => {
        if (position <= destroyedUpTo) return
        destroyedUpTo = position
        log.error("history_damaged", { stream, code: "stream_deleted" })
      }
    },
    { idle: timings.idle, tick: Math.min(...Object.values(timings)) / 5 },
    (millis) => {
      for (const reader of readers) reader(millis)
    },
    interruptions.forget
  )
  yield* Effect.addFinalizer(() => Effect.sync(() => sessions.close()))

  const feed: Feed["feed"] = (after, limit) =>
    Effect.callback<FeedPage, EventStoreUnavailable>((resume) => {
      const session = sessions.take(after)
      if (session === undefined) return resume(unavailable("closing"))
      const until = horizon.appended
      const look = () => {
        const outcome = session.page(limit, until)
        if (outcome === undefined) return
        stop()
        if (!("code" in outcome)) return resume(Effect.succeed(outcome))
        sessions.end(session)
        resume(unavailable(outcome.code))
      }
      let waited = 0
      const wait = (millis: number) => {
        waited = session.interruption === undefined ? 0 : waited + millis
        if (waited <= timings.outage) return
        stop()
        resume(unavailable(session.interruption ?? "interrupted"))
      }
      const unlisten = session.listen(look)
      const stop = () => {
        unlisten()
        readers.delete(wait)
        sessions.giveBack(session)
      }
      readers.add(wait)
      look()
      return Effect.sync(stop)
    })

  const waitBeyond: Feed["waitBeyond"] = (after) =>
    Effect.callback<void>((resume) => {
      const session = sessions.at(after)
      if (session === undefined || session.hasNews(after)) return resume(Effect.void)
      const stop = session.listen(() => {
        if (!session.hasNews(after)) return
        stop()
        resume(Effect.void)
      })
      return Effect.sync(stop)
    })

  const advance = (position: Position) => {
    horizon.appended = Math.max(horizon.appended, position)
    horizon.known = Math.max(horizon.known, position)
  }
  return { feed, waitBeyond, advance }
})

const unavailable = (code: string) => Effect.fail(new EventStoreUnavailable({ operation: "feed", stored: "no", code }))
