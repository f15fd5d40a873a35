import { Result, Schema } from "effect"
import type { ListPlace } from "../../../application/ports/registration-list.ts"
import { readUuid } from "./uuid.ts"

const decode = Schema.decodeResult(Schema.fromJsonString(Schema.Tuple([Schema.Int, Schema.String])))

/** Where a page ended, opaque to whoever goes on from there: URL-safe, and good on every instance at any time. */
export const writeListCursor = ({ requestedAt, id }: ListPlace): string =>
  Buffer.from(JSON.stringify([requestedAt, id])).toString("base64url")

/** undefined for what no cursor of ours spells. */
export const readListCursor = (text: string): ListPlace | undefined => {
  const decoded = text.length > 200 ? undefined : decode(Buffer.from(text, "base64url").toString())
  if (!decoded || Result.isFailure(decoded)) return undefined
  const [requestedAt, id] = decoded.success
  const place = { requestedAt, id }
  return readUuid(id) === id && writeListCursor(place) === text ? place : undefined
}
