import { Result, Schema } from "effect"
import { canonicalJson } from "../history/canonical-json.ts"
import type { Tombstone } from "../ports/tombstones.ts"
import { isSignatureOf } from "../proof/ed25519.ts"

const Line = Schema.Struct({
  keyId: Schema.String,
  registrationId: Schema.String,
  erasedAt: Schema.String,
  erasedBy: Schema.String,
  keyFingerprint: Schema.optionalKey(Schema.String),
  eventHash: Schema.String,
  signature: Schema.String,
  publicKey: Schema.String
})
const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Line), { onExcessProperty: "error" })

/** What is wrong with a list, and in which line (from 1); of the line itself nothing is repeated. */
type ListFlaw = { readonly line: number; readonly rule: string }

/** A destroyed key and the receipt for it, in the form of RFC 8785. */
export const erasureLine = ({ keyId, receipt }: Tombstone): string => canonicalJson({ keyId, ...receipt })

/** Reads lines as `erasureLine` writes them; each receipt has to be signed with the key that it names. Empty lines count for nothing. */
export const readErasures = (text: string): Result.Result<ReadonlyArray<Tombstone>, ListFlaw> => {
  const tombstones: Array<Tombstone> = []
  for (const [n, line] of text.split(/\r?\n/).entries()) {
    if (line === "") continue
    const tombstone = tombstoneOf(line)
    if (tombstone === undefined) return Result.fail({ line: n + 1, rule: "is no receipt" })
    if (!isSigned(tombstone)) return Result.fail({ line: n + 1, rule: "has a signature that does not hold" })
    tombstones.push(tombstone)
  }
  return Result.succeed(tombstones)
}

/** What is not to the letter may say one thing to us and another to the next reader. */
const tombstoneOf = (line: string): Tombstone | undefined => {
  const decoded = Result.getOrUndefined(decode(line))
  if (decoded === undefined || canonicalJson(decoded) !== line) return undefined
  const { keyId, ...receipt } = decoded
  return { keyId, receipt }
}

const isSigned = ({ receipt: { signature, publicKey, ...signed } }: Tombstone): boolean =>
  isSignatureOf(canonicalJson(signed), Buffer.from(signature, "base64url"), publicKey)
