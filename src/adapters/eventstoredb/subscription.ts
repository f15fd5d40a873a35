import type { AllStreamRecordedEvent, AllStreamResolvedEvent, EventStoreDBClient, Filter } from "@eventstore/db-client"
import { type Place, placeOf } from "./position.ts"

export type SubscriptionHandlers = {
  readonly event: (event: AllStreamRecordedEvent) => void
  /** Everything up to here was looked at; what fitted came before. */
  readonly checkpoint: (place: Place) => void
  /** Everything that was in the log when the subscription began came before. */
  readonly caughtUp: () => void
  /** Once, and nothing comes after it; without an error where the server or the client ended it in order. */
  readonly ended: (error?: unknown) => void
}

export type Subscription = {
  readonly pause: () => void
  readonly resume: () => void
  /** Unsubscribes; nothing comes any more. */
  readonly stop: () => void
}

/** Records that the server looks at between two checkpoints: `window` for each read, times `interval`. */
const checkpoints = { maxSearchWindow: 32, checkpointInterval: 32 }

/**
 * One subscription to the events after a place, of the streams that begin with one of the prefixes. It begins paused, and ends with the
 * first thing that goes wrong, be it a handler that throws.
 */
export const subscribe = (
  client: EventStoreDBClient,
  from: Place,
  prefixes: ReadonlyArray<string>,
  handlers: SubscriptionHandlers
): Subscription => {
  let isOver = false
  let delivered = 0
  const marks: Array<{ readonly at: number; readonly pass: () => void }> = []

  const filter: Filter = {
    filterOn: "streamName",
    prefixes: [...prefixes],
    ...checkpoints,
    checkpointReached: (_, position) => {
      const place = placeOf({ position })
      mark(() => handlers.checkpoint(place))
    }
  }
  const subscription = client.subscribeToAll({
    fromPosition: from.commit === 0 ? "start" : { commit: BigInt(from.commit), prepare: BigInt(from.prepare) },
    filter,
    requiresLeader: true
  })

  /** The client tells of the end and of checkpoints at once, even while events that came before still wait in its buffer. */
  const mark = (pass: () => void) => {
    const at = delivered + subscription.readableLength
    if (isOver) return
    if (at === delivered) guarded(pass)
    else marks.push({ at, pass })
  }
  const end = (error?: unknown) => {
    if (isOver) return
    isOver = true
    handlers.ended(error)
  }

  /** What is thrown into the client ends the process. */
  const guarded = (handle: () => void) => {
    try {
      handle()
    } catch (error) {
      end(error)
    }
  }

  subscription.pause()
  // It stays when all is over: an error that nobody hears ends the process.
  subscription.on("error", end)
  subscription.on("close", () => end())
  subscription.on("caughtUp", () => mark(handlers.caughtUp))
  subscription.on("data", ({ event }: AllStreamResolvedEvent) => {
    delivered++
    if (isOver) return
    guarded(() => {
      // Links are not resolved: there is always an event.
      if (event !== undefined) handlers.event(event)
      while (marks[0] !== undefined && marks[0].at <= delivered && !isOver) marks.shift()?.pass()
    })
  })

  return {
    pause: () => subscription.pause(),
    resume: () => subscription.resume(),
    stop: () => {
      isOver = true
      // Only this cancels the call at the server. It waits for a call that may not have begun, and fails with it.
      subscription.unsubscribe().catch(() => {})
      subscription.resume()
    }
  }
}
