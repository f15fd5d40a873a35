import { Result, Schema } from "effect"
import { canonicalJson } from "../history/canonical-json.ts"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Hash = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/))

const CopiedFile = Schema.Struct({
  name: Schema.String,
  bytes: Count,
  sha256: Hash
})
export type CopiedFile = typeof CopiedFile.Type

/** What a backup holds. It is written last: without it a folder is no backup. */
export const Manifest = Schema.Struct({
  format: Schema.Literal("certreg-backup-1"),
  logId: Schema.String,
  vaultId: Schema.String,
  epoch: Count,
  /** When it was begun (RFC 3339, UTC): whatever was accepted before is in it. */
  madeAt: Schema.String,
  /** The last event of the log; absent where the log lies elsewhere. */
  log: Schema.optionalKey(Schema.Struct({ position: Count, hash: Hash })),
  /** The last checkpoint that the vault knows of: its place in the stream of checkpoints. */
  checkpoint: Schema.optionalKey(Schema.Struct({ revision: Count })),
  files: Schema.Array(CopiedFile)
})
export type Manifest = typeof Manifest.Type

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Manifest), { onExcessProperty: "error" })

/** A line in the form of RFC 8785. */
export const manifestText = (manifest: Manifest): string => `${canonicalJson(manifest)}\n`

/** undefined for anything but what `manifestText` writes. */
export const readManifest = (text: string): Manifest | undefined => {
  const manifest = Result.getOrUndefined(decode(text))
  return manifest && manifestText(manifest) === text ? manifest : undefined
}
