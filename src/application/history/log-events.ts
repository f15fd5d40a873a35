import { Result, Schema } from "effect"
import type { StoredEvent } from "../ports/event-store.ts"

const LogOpened = Schema.TaggedStruct("LogOpened", {
  logId: Schema.String,
  vaultId: Schema.String,
  esignEnvironment: Schema.String
})
/** The log was put back from a backup: what came after it is forgotten, here alone. From now on the epoch tells calls from forgotten ones. */
const LogRestored = Schema.TaggedStruct("LogRestored", { epoch: Schema.Int })

type LogEvent = typeof LogOpened.Type | typeof LogRestored.Type

const decode = Schema.decodeUnknownResult(Schema.Union([LogOpened, LogRestored]))

/** What the log says of itself; undefined: nothing that this version can read. */
export const readLogEvent = ({ type, version, data }: StoredEvent): LogEvent | undefined => {
  const decoded = version === 1 ? decode({ _tag: type, ...data }) : undefined
  return decoded && Result.isSuccess(decoded) ? decoded.success : undefined
}
