import { Effect } from "effect"
import { shownStream } from "../../history/event-flaw.ts"
import { checkpointStream } from "../../history/ids.ts"
import type { Position, RawEvent } from "../../ports/event-store.ts"
import { KeptCheckpoint } from "../../ports/kept-checkpoint.ts"
import { Tips } from "../../ports/tips.ts"
import { type KnownEvent, Views } from "../../ports/views.ts"
import { readGivenCheckpoint } from "./given-checkpoint.ts"
import { forked, type Restores } from "./words.ts"

/** What is known of the log elsewhere: by the vault and by the rows. To be read before its end: it grows meanwhile. */
export const readWitnesses = Effect.gen(function* () {
  const { load } = yield* KeptCheckpoint
  const kept = yield* load
  const { seen } = yield* Tips
  const { logEnd = 0, isVaultOlder } = seen
  // Rows that cannot be read are as good as none.
  const { last, ofRows } = yield* Effect.orElseSucceed(rowsNow, () => ({ last: undefined, ofRows: 0 }))
  return { kept, logEnd, isVaultOlder, last, ofRows }
})
const rowsNow = Effect.gen(function* () {
  const views = yield* Views
  return { last: yield* views.lastEvent, ofRows: yield* views.position }
})
type Witnesses = Effect.Success<typeof readWitnesses>

/** Compares what the walk meets with what is known elsewhere. */
export const makeWitnessesCheck = ({ kept, logEnd, isVaultOlder, last, ofRows }: Witnesses) => {
  const ofCheckpoint = kept && makeSighting({ stream: checkpointStream, revision: kept.revision, hash: kept.hash })
  const covered = kept && readGivenCheckpoint(kept.note)?.lastPosition
  const ofLast = last && makeSighting(last)
  return {
    meet: (event: RawEvent): void => {
      ofCheckpoint?.meet(event)
      ofLast?.meet(event)
    },
    /** What was not met although the whole log was. */
    finish: (logId: string | undefined, end: Position, restores: Restores | undefined): ReadonlyArray<string> => {
      const why = restores ? forked(restores) : " Events are missing at the end, or the log was put back."
      const checkpoint = `at revision ${kept?.revision} of the stream ${checkpointStream}, up to position ${covered}`
      return [
        kept && kept.logId !== logId && `The vault belongs to another log (${kept.logId}).`,
        ofCheckpoint &&
          !ofCheckpoint.isMet() &&
          `The log does not have the last checkpoint that the vault knows, ${checkpoint}.${why}`,
        logEnd > end &&
          `The vault knows of events up to position ${logEnd}, and the log ends at position ${end}.${why}`,
        isVaultOlder && "The log knows of a later state of the vault than there is: the vault was put back.",
        ofRows > end && `The rows know of events up to position ${ofRows}, and the log ends at position ${end}.${why}`,
        ofLast &&
          !ofLast.isMet() &&
          `The log does not have the last event that the rows know, at revision ${last?.revision} of the stream ${shownStream(last?.stream ?? "")}.${why}`
      ].filter((sentence) => typeof sentence === "string")
    }
  }
}

const makeSighting = ({ stream, revision, hash }: KnownEvent) => {
  let isMet = false
  return {
    meet: (event: RawEvent): void => {
      if (event.revision === revision && event.stream === stream && event.hash === hash) isMet = true
    },
    isMet: () => isMet
  }
}
