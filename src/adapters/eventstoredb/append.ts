import { Effect } from "effect"
import { assertAppendable } from "../../application/ports/assert-appendable.ts"
import {
  EventStoreUnavailable,
  type NewEvent,
  type Position,
  RevisionConflict,
  type Tip
} from "../../application/ports/event-store.ts"
import type { Log } from "../../application/ports/log.ts"
import type { Telemetry } from "../../application/ports/telemetry.ts"
import { type CallFailed, isGone } from "./call-failed.ts"
import type { Calls } from "./calls.ts"
import { encodeEvent, hashIn } from "./codec.ts"
import type { KnownTips } from "./known-tips.ts"
import type { StreamNames } from "./stream-names.ts"
import type { StreamPages } from "./stream-pages.ts"

export type AppendOptions = {
  readonly call: Calls["call"]
  readonly pages: StreamPages
  readonly names: Pick<StreamNames, "stored">
  readonly knownTips: KnownTips
  readonly log: Log["Service"]
  readonly telemetry?: Pick<Telemetry["Service"], "appended"> | undefined
  /** An append was stored, up to a position. */
  readonly onAppended: (position: Position) => void
  /** An append was not stored, or nobody knows. */
  readonly onRefused: () => void
}

type Append = (
  stream: string,
  tip: Tip,
  events: ReadonlyArray<NewEvent>
) => Effect.Effect<void, RevisionConflict | EventStoreUnavailable>

/**
 * Appends at an exact place, which is what makes a repeat safe: the server knows it again for ever. It checks the revision; whether the event
 * there is the one that the new events follow on is checked here.
 */
export const makeAppend = ({
  call,
  pages,
  names,
  knownTips,
  log,
  telemetry,
  onAppended,
  onRefused
}: AppendOptions): Append => {
  const send = (stream: string, tip: Tip, events: ReadonlyArray<NewEvent>) => {
    const encoded = events.map(encodeEvent)
    const expectedRevision = tip._tag === "NoStream" ? "no_stream" : BigInt(tip.revision)
    return call("append", (client, options) =>
      client.appendToStream(names.stored(stream), encoded, { ...options, expectedRevision })
    )
  }

  /** The stream went on at another place than where the events were made for: somebody deleted it. They lie there now, and fit nowhere. */
  const wentElsewhere = (stream: string, revision: number) => {
    log.error("history_damaged", { stream, revision, code: "other_place" })
    return Effect.fail(new RevisionConflict({ stream }))
  }

  const unavailable = ({ outcome, code }: CallFailed) => {
    onRefused()
    const stored = outcome === "refused" ? "no" : "unknown"
    return Effect.fail(new EventStoreUnavailable({ operation: "append", stored, code }))
  }

  /** A conflict may be with our own append, whose answer was lost: then these very events lie there. */
  const readBack = (stream: string, events: ReadonlyArray<NewEvent>) =>
    pages.from(names.stored(stream), events[0]?.revision ?? 0, events.length).pipe(
      Effect.catchIf(isGone, () => Effect.succeed([])),
      Effect.matchEffect({
        onSuccess: (found) => {
          const isOurs = events.every(
            ({ id, revision }, i) => found[i]?.id === id && Number(found[i]?.revision) === revision
          )
          return isOurs ? Effect.void : Effect.fail(new RevisionConflict({ stream }))
        },
        // The append was not taken now; whether it was before is not known.
        onFailure: ({ code }) => unavailable({ outcome: "unknown", code })
      })
    )

  const appendAt = (stream: string, tip: Tip, events: ReadonlyArray<NewEvent>) =>
    Effect.matchEffect(send(stream, tip, events), {
      onSuccess: (done) => {
        const last = events.at(-1)
        const revision = Number(done.nextExpectedRevision)
        if (revision !== last?.revision) return wentElsewhere(stream, revision)
        knownTips.learn(stream, last)
        if (done.position !== undefined) onAppended(Number(done.position.commit))
        return Effect.void
      },
      onFailure: (failed) => {
        if (failed.outcome === "conflict") return readBack(stream, events)
        return isGone(failed) ? Effect.fail(new RevisionConflict({ stream })) : unavailable(failed)
      }
    })

  /** Whether the event that the new ones follow on lies at its place. */
  const follows = (stream: string, { revision, hash }: Tip & { readonly _tag: "At" }) => {
    const known = knownTips.hashAt(stream, revision)
    if (known !== undefined) return Effect.succeed(known === hash)
    return pages.from(names.stored(stream), revision, 1).pipe(
      Effect.map(([found]) => Number(found?.revision) === revision && hashIn(found?.metadata) === hash),
      Effect.catchIf(isGone, () => Effect.succeed(false))
    )
  }

  const checked = (stream: string, tip: Tip & { readonly _tag: "At" }, events: ReadonlyArray<NewEvent>) =>
    Effect.matchEffect(follows(stream, tip), {
      onSuccess: (does) => (does ? appendAt(stream, tip, events) : Effect.fail(new RevisionConflict({ stream }))),
      onFailure: ({ code }) => unavailable({ outcome: "refused", code })
    })

  return (stream, tip, events) =>
    Effect.suspend(() => {
      assertAppendable(stream, tip, events)
      const since = performance.now()
      const isKnown = tip._tag === "NoStream" || knownTips.hashAt(stream, tip.revision) === tip.hash
      const appended = isKnown ? appendAt(stream, tip, events) : checked(stream, tip, events)
      return telemetry === undefined
        ? appended
        : Effect.onExit(appended, () => Effect.sync(() => telemetry.appended((performance.now() - since) / 1000)))
    })
}
