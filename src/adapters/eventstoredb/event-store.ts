import { Effect, Layer, type Redacted } from "effect"
import { EventStore, EventStoreUnavailable } from "../../application/ports/event-store.ts"
import { Log } from "../../application/ports/log.ts"
import type { Telemetry } from "../../application/ports/telemetry.ts"
import { makeAllPages } from "./all-pages.ts"
import { makeAppend } from "./append.ts"
import { type CallFailed, isUnauthenticated } from "./call-failed.ts"
import { openConnection } from "./connection.ts"
import { makeFeed } from "./feed.ts"
import { KnownTips } from "./known-tips.ts"
import { makePositionBefore } from "./position-before.ts"
import { makeProbe } from "./probe.ts"
import { makeRawEvents } from "./raw-events.ts"
import { makeReadStream } from "./read-stream.ts"
import { EventStoreDbRefused } from "./refused.ts"
import { makeStreamNames } from "./stream-names.ts"
import { makeStreamPages } from "./stream-pages.ts"

export type EventStoreDbOptions = {
  /** A connection string without a flaw. */
  readonly url: Redacted.Redacted<string>
  /** What the server's names of our streams begin with, before the names that we know. */
  readonly streamPrefix: string
  readonly telemetry?: EventStoreDbTelemetry
  /** Milliseconds that a call may take; 10 seconds when absent. */
  readonly deadline?: number
}

/** What the store tells of its work. */
export type EventStoreDbTelemetry = Pick<Telemetry["Service"], "appended" | "jobsWaiting">

/**
 * A log in EventStoreDB. It opens also while no server answers: then whatever is asked of it fails until one does.
 */
export const eventStoreDbLayer = (options: EventStoreDbOptions): Layer.Layer<EventStore, EventStoreDbRefused, Log> =>
  Layer.effect(EventStore, open(options))

const open = Effect.fnUntraced(function* ({ url, streamPrefix, telemetry, deadline }: EventStoreDbOptions) {
  const log = yield* Log
  const { call, clients } = yield* openConnection({
    url,
    deadline,
    onAppends: telemetry?.jobsWaiting,
    onKept: () => log.warn("event_store_client_kept")
  })
  const [all, pages] = [makeAllPages(call), makeStreamPages(call)]
  const [names, knownTips] = [makeStreamNames(streamPrefix), new KnownTips()]
  const { feed, waitBeyond, advance } = yield* makeFeed({ clients, all, names })
  const positionBefore = makePositionBefore(all, names)
  const { read, last, positionOf } = makeReadStream(pages, names, knownTips)
  const rawEvents = makeRawEvents(all, pages, names)
  const { probe, onRefused } = makeProbe(call, names)
  const append = makeAppend({ call, pages, names, knownTips, log, telemetry, onAppended: advance, onRefused })

  yield* refuseBadCredentials(positionBefore(0))

  return {
    read: (stream, from, most) => Effect.mapError(read(stream, from, most), unavailable("read")),
    last: (stream) => Effect.mapError(last(stream), unavailable("read")),
    positionOf: (stream, revision) => Effect.mapError(positionOf(stream, revision), unavailable("read")),
    append,
    feed,
    waitBeyond,
    raw: (after, limit) => Effect.mapError(rawEvents(Math.max(after, 0), limit), unavailable("raw")),
    positionBefore: (count) => Effect.mapError(positionBefore(count), unavailable("raw")),
    probe
  } satisfies EventStore["Service"]
})

const unavailable =
  (operation: "read" | "raw") =>
  ({ code }: CallFailed) =>
    new EventStoreUnavailable({ operation, stored: "no", code })

/** A server that does not answer may do so later; one that does not know us will not. */
const refuseBadCredentials = (anyRead: Effect.Effect<unknown, CallFailed>) =>
  Effect.matchEffect(anyRead, {
    onSuccess: () => Effect.void,
    onFailure: (failed) =>
      isUnauthenticated(failed)
        ? Effect.fail(
            new EventStoreDbRefused({
              reason: `EventStoreDB refuses the credentials in EVENTSTOREDB_URL, or lets them not read the whole log (${failed.code}).`
            })
          )
        : Effect.void
  })
