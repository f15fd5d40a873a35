import { Result } from "effect"
import type { FastifyRequest } from "fastify"
import { type FeedCursor, readCursor } from "../../../application/messages/feed-cursor.ts"
import { type InvalidParameter, invalidParameter } from "../request-errors.ts"
import { valuesOf } from "./header-values.ts"

/** undefined: from the beginning. */
type Read = Result.Result<FeedCursor | undefined, InvalidParameter>

const cursorIn = (text: string | undefined, name: string): Read => {
  if (text === undefined) return Result.succeed(undefined)
  const cursor = readCursor(text)
  return cursor
    ? Result.succeed(cursor)
    : Result.fail(invalidParameter(`${name} is a cursor of this feed, as it was answered.`))
}

/** The cursor that a page follows on. */
export const readAfter = (after: string | undefined): Read => cursorIn(after, "after")

/** The cursor that a stream goes on from: the id of the last event that came, where one did. */
export const readStreamStart = ({ raw }: Pick<FastifyRequest, "raw">, after: string | undefined): Read => {
  const given = valuesOf(raw, "last-event-id")
  if (given.length > 1) return Result.fail(invalidParameter("Last-Event-ID is given once."))
  const [lastEventId = ""] = given
  return lastEventId === "" ? readAfter(after) : cursorIn(lastEventId, "Last-Event-ID")
}
