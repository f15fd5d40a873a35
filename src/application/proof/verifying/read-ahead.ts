import { Effect, Result } from "effect"
import { checkpointStream } from "../../history/ids.ts"
import { EventStore } from "../../ports/event-store.ts"
import { type CheckedLink, type LogOwner, makeChain } from "./chain.ts"

/** Whether an event cannot be read for what it is, and not for the store's sake: it is no JSON, or a number in it is too large. */
export const isOfOneEvent = (code: string): boolean => code === "unknown" || code === "ERR_OUT_OF_RANGE"

/** So many are read ahead at least: no fewer than a page of the walk has events. */
export const pageOfWalk = 500

/**
 * The stream of checkpoints, read ahead of the walk through the log: a checkpoint stands behind all that it covers. Where one of them is missing or
 * cannot be read, it goes on with the next one that the walk meets. `given`: a text that should be among theirs.
 */
export const makeReadAhead = (owner: LogOwner, given: string | undefined) => {
  const chain = makeChain(owner, given)
  const ahead: Array<CheckedLink> = []
  /** Where to read on; undefined: at the end, or behind something that is missing. */
  let next: number | undefined = owner.logId === undefined ? undefined : 0
  let blindFrom = Number.POSITIVE_INFINITY
  let taken = -1
  let met = -1

  /** Reads as far as a page of the walk may need it. */
  const read = Effect.gen(function* () {
    const store = yield* EventStore
    let most = pageOfWalk
    while (next !== undefined && ahead.length < pageOfWalk) {
      const page = yield* Effect.result(store.read(checkpointStream, next, most))
      const isFailed = Result.isFailure(page)
      if (isFailed && most > 1) {
        most = 1
        continue
      }
      // The walk comes to it, and says so.
      if (isFailed && !isOfOneEvent(page.failure.code)) return yield* Effect.fail(page.failure)
      const { events, lost } = isFailed ? { events: [], lost: next } : page.success
      for (const event of events) ahead.push(chain.take(event, ++taken))
      if (lost !== undefined) blindFrom = lost
      next = lost === undefined && events.length === most ? next + events.length : undefined
    }
  })

  return {
    read,
    first: (): CheckedLink | undefined => ahead[0],
    dropFirst: (): void => void ahead.shift(),
    /** The walk met the event at a revision of the stream. */
    meet: (revision: number, isFlawed: boolean): void => {
      met = revision
      if (revision < blindFrom) return
      next = revision === blindFrom && isFlawed ? revision + 1 : revision
      taken = next - 1
      blindFrom = Number.POSITIVE_INFINITY
    },
    /** The last one that the walk met, where it could not be read ahead. */
    unread: (): number | undefined => (taken < met ? met : undefined),
    end: chain.end
  }
}
