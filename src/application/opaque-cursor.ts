import { Result, Schema } from "effect"

/** Longer ones are none of ours. */
const longest = 200

/** Texts that stand for places, opaque to whoever keeps them: URL-safe, and good on every instance at any time. */
export const opaqueCursor = <Fields>(schema: Schema.Codec<Fields>) => {
  const decode = Schema.decodeResult(Schema.fromJsonString(schema))
  const write = (fields: Fields): string => Buffer.from(JSON.stringify(fields)).toString("base64url")
  /** undefined for what `write` does not spell. */
  const read = (text: string): Fields | undefined => {
    if (text.length > longest) return undefined
    const fields = Result.getOrUndefined(decode(Buffer.from(text, "base64url").toString()))
    return fields !== undefined && write(fields) === text ? fields : undefined
  }
  return { write, read }
}
