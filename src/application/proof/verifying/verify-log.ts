import { Effect, Result } from "effect"
import { walkReport } from "../../count-words.ts"
import { flawOf, isReadable } from "../../history/event-flaw.ts"
import { logStream } from "../../history/ids.ts"
import { readLogEvent } from "../../history/log-events.ts"
import { EventStore, type RawEvent } from "../../ports/event-store.ts"
import type { Report } from "../../ports/operator-requests.ts"
import { makeCheckpointsCheck } from "./checkpoints-check.ts"
import { type GivenCheckpoint, missingGiven } from "./given-checkpoint.ts"
import { isOfOneEvent, pageOfWalk } from "./read-ahead.ts"
import type { Verified } from "./verdict.ts"
import { makeWitnessesCheck, readWitnesses } from "./witnesses.ts"
import * as words from "./words.ts"

/**
 * Reads the whole log once, in its order, and compares every event with its hash, its place, the one before it, and the checkpoint that covers it;
 * and the log with what the vault, the rows and a `given` checkpoint know of it. What is appended meanwhile is not looked at. Needs no more memory
 * for a longer log. Fails where nothing can be read at all.
 */
export const verifyLog = Effect.fnUntraced(function* (
  given: GivenCheckpoint | undefined,
  tell: (report: Report) => Effect.Effect<void>
) {
  const store = yield* EventStore
  const began = performance.now()
  const [faults, fault] = collect()
  const witnesses = makeWitnessesCheck(yield* readWitnesses)
  // Where it cannot be found, the walk comes to the place that cannot be read.
  const known = yield* Effect.result(store.positionBefore(0))
  const end = Result.getOrElse(known, () => Number.MAX_SAFE_INTEGER)
  const owner = yield* ownerOf
  const checkpoints = makeCheckpointsCheck(owner, fault, given?.text)
  // Events are put at 0 and below by hand alone.
  let position = Number.NEGATIVE_INFINITY
  let lastMet = 0
  let events = 0
  let streams = 0
  let restores: words.Restores | undefined

  const meet = (event: RawEvent) => {
    // What nobody signed may end as an event and be none.
    const isRead = checkpoints.covers(event.position) || isReadable(event)
    const flaw = flawOf(event) ?? (isRead ? undefined : "other_bytes")
    if (flaw) fault(words.describeEvent(event, flaw))
    if (events++ === 0 && !isFirst(event)) fault(words.firstIsAnother(event))
    if (event.revision === 0) streams++
    lastMet = event.position
    checkpoints.meet(event, flaw !== undefined)
    witnesses.meet(event)
    if (event.stream !== logStream || flaw) return
    if (event.revision > 0) {
      const restore = restoreIn(event)
      if (restore === undefined) fault(words.ownIsUnreadable(event))
      else restores = { ...restore, count: (restores?.count ?? 0) + 1 }
    } else if (owner.logId === undefined) fault(words.firstIsUnreadable)
  }

  const walk = Effect.gen(function* () {
    let most = pageOfWalk
    while (position < end) {
      yield* checkpoints.readAhead
      const page = yield* Effect.result(store.raw(position, most))
      if (Result.isFailure(page)) {
        if (most === 1) return yield* page.failure
        // One after the other, up to the very place.
        most = 1
        continue
      }
      for (const event of page.success) if (event.position <= end) meet(event)
      position = Math.min(page.success.at(-1)?.position ?? end, end)
      yield* tell(walkReport({ events, position: Math.max(position, 0), end, millis: performance.now() - began }))
    }
    yield* checkpoints.readAhead
  })
  const outcome = yield* Effect.result(walk)
  if (Result.isFailure(outcome) && events === 0 && !isOfOneEvent(outcome.failure.code)) return yield* outcome.failure
  const stopped = Result.isFailure(outcome) ? outcome.failure : Result.isFailure(known) ? known.failure : undefined
  if (stopped) fault(words.readNoFurther(lastMet, stopped.code))
  const found = checkpoints.finish(stopped ? lastMet : end)
  if (!stopped) {
    if (events === 0) fault(words.logIsEmpty)
    for (const sentence of witnesses.finish(owner.logId, end, restores)) fault(sentence)
    const missing = given && missingGiven(given, { ...found, logId: owner.logId, restores })
    if (missing !== undefined) fault(missing)
  }
  return { ...found, events, streams, restores, ...faults } satisfies Verified
})

/** The first fault, and how many more there are: a log may have any number of them. */
const collect = () => {
  const faults: { first?: string; more: number } = { more: 0 }
  const fault = (sentence: string): void => {
    if (faults.first === undefined) faults.first = sentence
    else faults.more++
  }
  return [faults, fault] as const
}

/** Nothing of it where the first event is none of ours: the walk says so. */
const ownerOf = Effect.gen(function* () {
  const store = yield* EventStore
  const read = yield* Effect.result(store.read(logStream, 0, 1))
  if (Result.isFailure(read)) return isOfOneEvent(read.failure.code) ? {} : yield* read.failure
  const [event] = read.success.events
  const said = event && readLogEvent(event)
  if (said?._tag !== "LogOpened") return {}
  const { logId, signer } = said
  return signer === undefined ? { logId } : { logId, signer }
})

const isFirst = ({ stream, revision }: RawEvent): boolean => stream === logStream && revision === 0

const restoreIn = ({ bytes, revision }: RawEvent) => {
  const event = JSON.parse(bytes)
  return readLogEvent(event)?._tag === "LogRestored" ? { revision, recordedAt: String(event.recordedAt) } : undefined
}
