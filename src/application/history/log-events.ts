import { Result, Schema } from "effect"
import type { StoredEvent } from "../ports/event-store.ts"
import { rawPublicKey } from "../proof/ed25519.ts"

const opened = { logId: Schema.String, vaultId: Schema.String, esignEnvironment: Schema.String }
/** Of before anything was signed. */
const LogOpenedV1 = Schema.TaggedStruct("LogOpened", opened)
/** `signer`: base64 of the SPKI form of the key that signs the first checkpoint. */
const LogOpened = Schema.TaggedStruct("LogOpened", {
  ...opened,
  signer: Schema.String.check(Schema.makeFilter((text) => rawPublicKey(text) !== undefined))
})
/** The log was put back from a backup: what came after it is forgotten, here alone. From now on the epoch tells calls from forgotten ones. */
const LogRestored = Schema.TaggedStruct("LogRestored", { epoch: Schema.Int })

type LogOpened = typeof LogOpenedV1.Type & { readonly signer?: string }
export type LogEvent = LogOpened | typeof LogRestored.Type

const versions: ReadonlyArray<(data: unknown) => Result.Result<LogEvent, unknown>> = [
  Schema.decodeUnknownResult(Schema.Union([LogOpenedV1, LogRestored])),
  Schema.decodeUnknownResult(LogOpened)
]

/** What the log says of itself; undefined: nothing that this version can read. */
export const readLogEvent = ({ type, version, data }: StoredEvent): LogEvent | undefined => {
  const decoded = versions[version - 1]?.({ ...data, _tag: type })
  return decoded && Result.isSuccess(decoded) ? decoded.success : undefined
}
