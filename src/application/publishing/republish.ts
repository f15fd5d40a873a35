import { Effect } from "effect"
import { LogIdentity } from "../history/log-identity.ts"
import { readCursor } from "../messages/feed-cursor.ts"
import { type CursorExpired, placeOf } from "../messages/read-feed.ts"
import type { Report } from "../ports/operator-requests.ts"
import { type Checkpoint, PublisherCheckpoint } from "../ports/publisher-checkpoint.ts"
import { startingPlace } from "./starting-place.ts"

const refused = (text: string): Report => ({ state: "refused", text })
const done = (text: string): Report => ({ state: "done", text })

const notReady = refused("The messages are being made up to the end of the log: ask again in a moment.")

const flaws: { readonly [W in CursorExpired["why"]]: string } = {
  another_log: "This cursor is of another log.",
  later_epoch: "This cursor is of a later state of the log.",
  beyond_restore: "The log was put back from a backup since this cursor was given, and ends before it."
}

/**
 * From now on publishes to the topic what follows on a feed cursor, or everything from the `start`, and takes the topic as it is. Consumers
 * know the copies by their ids. Works with and without a publisher that runs.
 */
export const republish = Effect.fnUntraced(
  function* (topic: string, from: string) {
    const { logId, epoch } = yield* LogIdentity
    const { load, move } = yield* PublisherCheckpoint
    const cursor = from === "start" ? { logId, epoch, position: 0 } : readCursor(from)
    if (cursor === undefined)
      return refused("This is no cursor: give the certreg-cursor header of a record, a cursor of the feed, or start.")
    const { position } = yield* placeOf(cursor)
    const checkpoint = yield* load(topic)
    const now = checkpoint ? yield* reachedBy(checkpoint) : beginning
    if (now === undefined) return notReady
    if (position > now.position)
      return refused(
        `Messages were published up to position ${now.position} only: those up to ${position} would be left out.`
      )
    yield* move(topic, { logId, epoch, position })
    return done(`The messages after position ${position} are published again, to the topic as it is now.`)
  },
  Effect.catchTag("CursorExpired", ({ why }) => Effect.succeed(refused(flaws[why])))
)

const beginning = { position: 0 }
/** A checkpoint that nothing can go on from says nothing; everything can be published again. */
const reachedBy = (checkpoint: Checkpoint) =>
  Effect.catchTag(startingPlace(checkpoint), "CheckpointUnavailable", () => Effect.succeed(beginning))

/** Goes on from where publishing is, and takes the topic as it is: what it lost, it does not get again. */
export const acceptTopic = Effect.fnUntraced(function* (topic: string) {
  const { load, move } = yield* PublisherCheckpoint
  const checkpoint = yield* load(topic)
  if (checkpoint === undefined) return refused("Nothing was published to this topic yet: there is nothing to accept.")
  const place = yield* startingPlace(checkpoint)
  if (place === undefined) return notReady
  yield* move(topic, place)
  return done(`Publishing goes on after position ${place.position}, to the topic as it is now.`)
})
