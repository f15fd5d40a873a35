import { Result, Schema } from "effect"
import type { Position } from "../ports/event-store.ts"

/** A place in the messages of a log, in one of its epochs: every instance knows it, also after rows were made anew. */
export type FeedCursor = { readonly logId: string; readonly epoch: number; readonly position: Position }

const Fields = Schema.fromJsonString(
  Schema.Tuple([
    Schema.String,
    Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
    Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
  ])
)
const decode = Schema.decodeResult(Fields)

/** Opaque to whoever keeps it: URL-safe, at most 100 characters. */
export const writeCursor = ({ logId, epoch, position }: FeedCursor): string =>
  Buffer.from(JSON.stringify([logId, epoch, position])).toString("base64url")

/** undefined for what no cursor of ours spells. */
export const readCursor = (text: string): FeedCursor | undefined => {
  const decoded = text.length > 200 ? undefined : decode(Buffer.from(text, "base64url").toString())
  if (!decoded || Result.isFailure(decoded)) return undefined
  const [logId, epoch, position] = decoded.success
  const cursor = { logId, epoch, position }
  return writeCursor(cursor) === text ? cursor : undefined
}
