import { Clock, Effect } from "effect"
import { EventStore, type StreamRead } from "../ports/event-store.ts"
import { KeptCheckpoint } from "../ports/kept-checkpoint.ts"
import { type RememberedLog, Vault } from "../ports/vault.ts"
import { Views } from "../ports/views.ts"
import { appendOwnEvent } from "./append-own-event.ts"
import { logStream } from "./ids.ts"
import { hasLastEvent } from "./last-event.ts"

/**
 * A new epoch, above all that there ever were. Remembered first, and appended last: a crash in between is found by the next start. Said
 * again without need it does no harm: rows are made anew, and what is open is reconciled. The checkpoint that was known last may be one that
 * is forgotten now.
 */
export const restoreLog = Effect.fnUntraced(function* (
  owner: string,
  { logId, epoch: before }: RememberedLog,
  { events, tip }: StreamRead,
  known: RememberedLog | undefined
) {
  const vault = yield* Vault
  const views = yield* Views
  const checkpoint = yield* KeptCheckpoint
  const epoch = (yield* highestEpoch(before, known)) + 1
  yield* vault.rememberLog({ logId, epoch, ...(known?.isPutBack ? { isPutBack: true } : {}) })
  yield* checkpoint.forget
  yield* views.reset
  const place = { stream: logStream, tip, correlationId: events[0]?.correlationId }
  yield* appendOwnEvent(owner, place, { type: "LogRestored", version: 1, data: { epoch } })
  if (known?.isPutBack) yield* vault.rememberLog({ logId, epoch })
  return epoch
})

/**
 * Where nothing is left that knows more than the log, or what knows more was put back itself, that was perhaps not for the first time: the
 * clock alone goes on.
 */
const highestEpoch = Effect.fnUntraced(function* (before: number, known: RememberedLog | undefined) {
  const views = yield* Views
  const remembered = Math.max(before, known?.epoch ?? 0)
  const knowsMore = !known?.isPutBack && (remembered > before || (yield* isBehindRows(before)))
  if (knowsMore) return Math.max(remembered, yield* views.epoch)
  return Math.max(remembered, Math.floor((yield* Clock.currentTimeMillis) / 1000))
})

/** A log that has grown again since it was put back ends beyond their position, and does not have their last event. */
export const isBehindRows = Effect.fnUntraced(function* (epoch: number) {
  const store = yield* EventStore
  const views = yield* Views
  if ((yield* views.position) > (yield* store.positionBefore(0)) || (yield* views.epoch) > epoch) return true
  return !(yield* hasLastEvent)
})
