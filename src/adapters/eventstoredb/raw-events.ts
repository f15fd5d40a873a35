import type { AllStreamRecordedEvent } from "@eventstore/db-client"
import { Effect } from "effect"
import type { Position, RawEvent } from "../../application/ports/event-store.ts"
import type { AllPages } from "./all-pages.ts"
import { type CallFailed, isGone } from "./call-failed.ts"
import { decodeEvent, hashIn, rawEvent } from "./codec.ts"
import { maxPageBytes, sizeOf } from "./event-size.ts"
import type { KnownTip } from "./known-tips.ts"
import { positionOf } from "./position.ts"
import { RecentMap } from "./recent-map.ts"
import type { StreamNames } from "./stream-names.ts"
import type { StreamPages } from "./stream-pages.ts"

/** Records that are read at once where other people's lie between, which may be large. */
const page = 100
/** Streams whose last event is remembered on the way through the log. */
const keptStreams = 10_000
/** Predecessors that are asked for at once. */
const concurrency = 8

export type RawEvents = (after: Position, limit: number) => Effect.Effect<ReadonlyArray<RawEvent>, CallFailed>

/** Shows events as they lie there, in the order of the log; none at its end alone. */
export const makeRawEvents = (all: AllPages, pages: StreamPages, names: StreamNames): RawEvents => {
  const passed = new RecentMap<string, KnownTip>(keptStreams)

  const next = Effect.fnUntraced(function* (after: Position, limit: number) {
    const found: Array<AllStreamRecordedEvent> = []
    let bytes = 0
    const isFull = () => found.length >= limit || bytes >= maxPageBytes
    const take = (event: AllStreamRecordedEvent) => {
      if (!names.isOurs(event)) return true
      found.push(event)
      bytes += sizeOf(event)
      return !isFull()
    }
    let reached = yield* all.after(after, Math.min(limit, page), take)
    while (!reached.isEnd && !isFull()) reached = yield* all.after(reached.upTo, page, take)
    return found
  })

  const predecessorOf = ({
    streamId,
    revision
  }: AllStreamRecordedEvent): Effect.Effect<string | undefined, CallFailed> => {
    const before = Number(revision) - 1
    const known = passed.get(streamId)
    if (before < 0 || known?.revision === before) return Effect.succeed(before < 0 ? undefined : known?.hash)
    return pages.from(streamId, before, 1).pipe(
      Effect.map(([event]) => (Number(event?.revision) === before ? hashIn(event?.metadata) : undefined)),
      Effect.catchIf(isGone, () => Effect.undefined)
    )
  }

  return Effect.fnUntraced(function* (after, limit) {
    const found = yield* next(after, limit)
    const predecessors = yield* Effect.forEach(
      found,
      (event) => {
        const predecessor = predecessorOf(event)
        passed.set(event.streamId, { revision: Number(event.revision), hash: hashIn(event.metadata) })
        return predecessor
      },
      { concurrency }
    )
    return found.map((event, i) => rawEvent(decodeEvent(event, names), positionOf(event), predecessors[i]))
  })
}
