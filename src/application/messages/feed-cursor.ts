import { Schema } from "effect"
import { opaqueCursor } from "../opaque-cursor.ts"
import type { Position } from "../ports/event-store.ts"

/** A place in the messages of a log, in one of its epochs: every instance knows it, also after rows were made anew. */
export type FeedCursor = { readonly logId: string; readonly epoch: number; readonly position: Position }

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const { write, read } = opaqueCursor(Schema.Tuple([Schema.String, Count, Count]))

/** At most 100 characters. */
export const writeCursor = ({ logId, epoch, position }: FeedCursor): string => write([logId, epoch, position])

/** undefined for what no cursor of ours spells. */
export const readCursor = (text: string): FeedCursor | undefined => {
  const fields = read(text)
  if (fields === undefined) return undefined
  const [logId, epoch, position] = fields
  return { logId, epoch, position }
}
