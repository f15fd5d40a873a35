import { Schema } from "effect"
import { opaqueCursor } from "../../../application/opaque-cursor.ts"
import type { ListPlace } from "../../../application/ports/registration-list.ts"
import { readUuid } from "../../../application/uuid.ts"

const { write, read } = opaqueCursor(Schema.Tuple([Schema.Int, Schema.String]))

/** Where a page ended. */
export const writeListCursor = ({ requestedAt, id }: ListPlace): string => write([requestedAt, id])

/** undefined for what no cursor of ours spells. */
export const readListCursor = (text: string): ListPlace | undefined => {
  const fields = read(text)
  if (fields === undefined) return undefined
  const [requestedAt, id] = fields
  return readUuid(id) === id ? { requestedAt, id } : undefined
}
