import { Effect } from "effect"
import { EventStore, type StoredEvent, type Tip } from "../ports/event-store.ts"
import { Signer } from "../ports/signer.ts"
import { type RememberedLog, Vault } from "../ports/vault.ts"
import { nameSigner } from "../proof/signing/name-signer.ts"
import { appendOwnEvent } from "./append-own-event.ts"
import { refuseForgetful } from "./forgotten.ts"
import { logStream, newId } from "./ids.ts"
import { readLogEvent } from "./log-events.ts"
import { refused } from "./log-refused.ts"
import { restoreLog } from "./restore-log.ts"

export type Start = {
  readonly esignEnvironment: string
  readonly owner: string
  /** The operator's word that the log was put back from a backup. */
  readonly afterRestore: boolean
}

/**
 * The first event of a log says which vault holds its keys, which environment of the platform it speaks of, and who signs its checkpoints; the
 * vault remembers the log. Another one of them refuses the start: no wrong key store, no staging log in production, no log that forgot what
 * we did without our knowing it. `isRestored`: this start began a new epoch, since the log was put back.
 */
export const openLog = Effect.fn("openLog")(
  function* (start: Start) {
    const store = yield* EventStore
    const vault = yield* Vault
    const read = yield* store.read(logStream)
    const { events, tip, lost } = read
    const known = yield* vault.log
    if (lost !== undefined) return yield* refused("notWhole", logStream, lost)
    const opened = events.length === 0 ? yield* begin(start, tip, known) : yield* recognise(start, events, known)
    const isRestored = start.afterRestore || known?.isPutBack === true
    if (!isRestored) yield* refuseForgetful(opened, known)
    yield* nameSigner(start.owner, opened)
    if (isRestored) return { ...opened, isRestored, epoch: yield* restoreLog(start.owner, opened, read, known) }
    const { logId, epoch } = opened
    if (known?.epoch !== epoch) yield* vault.rememberLog({ logId, epoch })
    return { ...opened, isRestored }
  },
  // Another process opened the same log at this moment: what it wrote decides.
  Effect.retry({ times: 3, while: (error) => error._tag === "RevisionConflict" })
)

const begin = Effect.fnUntraced(function* (
  { esignEnvironment, owner, afterRestore }: Start,
  tip: Tip,
  known: RememberedLog | undefined
) {
  if (known) return yield* refused("lost", known.logId)
  if (afterRestore) return yield* refused("nothingToRestore")
  const vault = yield* Vault
  const { current } = yield* Signer
  const data = { logId: newId(), vaultId: vault.id, esignEnvironment, signer: current.publicKey }
  yield* appendOwnEvent(owner, { stream: logStream, tip }, { type: "LogOpened", version: 2, data })
  return { ...data, epoch: 0 }
})

const recognise = Effect.fnUntraced(function* (
  { esignEnvironment }: Start,
  events: ReadonlyArray<StoredEvent>,
  known: RememberedLog | undefined
) {
  const vault = yield* Vault
  const said = events.map(readLogEvent)
  const unreadable = said.findIndex((event, n) => event?._tag !== (n === 0 ? "LogOpened" : "LogRestored"))
  const [opened] = said
  if (unreadable >= 0 || opened?._tag !== "LogOpened") return yield* refused("unreadable", logStream, unreadable)
  if (opened.vaultId !== vault.id) return yield* refused("otherVault")
  if (opened.esignEnvironment !== esignEnvironment) return yield* refused("otherEnvironment", opened.esignEnvironment)
  if (known && known.logId !== opened.logId) return yield* refused("otherLog", known.logId)
  const { _tag, ...data } = opened
  const last = said.at(-1)
  return { ...data, epoch: last?._tag === "LogRestored" ? last.epoch : 0 }
})
