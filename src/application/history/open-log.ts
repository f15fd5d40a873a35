import { Clock, Effect, Schema } from "effect"
import { process } from "../caller.ts"
import { EventStore } from "../ports/event-store.ts"
import { Vault } from "../ports/vault.ts"
import { chain } from "./chain.ts"
import { logStream, newId } from "./ids.ts"

const LogOpened = Schema.Struct({ logId: Schema.String, vaultId: Schema.String, esignEnvironment: Schema.String })
const decodeLogOpened = Schema.decodeUnknownEffect(LogOpened)

/** The log belongs to somebody else; nothing may be written to it. The reason is a sentence for the operator. */
export class LogRefused extends Schema.TaggedError<LogRefused>()("LogRefused", { reason: Schema.String }) {
  override get message(): string {
    return this.reason
  }
}

/**
 * The first event of a log says which vault holds its keys and which environment of the platform it speaks of. A log with another one
 * refuses the start: no wrong key store, no staging log in production.
 */
export const openLog = Effect.fn("openLog")(
  function* (esignEnvironment: string, owner: string) {
    const store = yield* EventStore
    const vault = yield* Vault
    const { events, tip } = yield* store.read(logStream)
    const [first] = events
    if (!first) {
      const data = { logId: newId(), vaultId: vault.id, esignEnvironment }
      const origin = { actor: process(owner), correlationId: newId() }
      yield* store.append(
        logStream,
        tip,
        chain(logStream, tip, [{ type: "LogOpened", version: 1, data }], origin, yield* Clock.currentTimeMillis)
      )
      return data
    }
    const opened = yield* decodeLogOpened(first.data).pipe(
      Effect.mapError(() => new LogRefused({ reason: "The log's first event is not one that this version can read." }))
    )
    if (opened.vaultId !== vault.id)
      return yield* new LogRefused({
        reason:
          "The log belongs to another vault, or its vault was lost: put the vault that belongs to this log back, or start with an empty DATA_DIR."
      })
    if (opened.esignEnvironment !== esignEnvironment)
      return yield* new LogRefused({
        reason: `The log belongs to ESIGN_ENVIRONMENT "${opened.esignEnvironment}": set that, or start with another DATA_DIR.`
      })
    return opened
  },
  // Another process opened the same log at this moment: what it wrote decides.
  Effect.retry({ times: 3, while: (error) => error._tag === "RevisionConflict" })
)
