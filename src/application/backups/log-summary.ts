import { Effect, Schema } from "effect"
import { checkRecent } from "../history/check-recent.ts"
import { logStream } from "../history/ids.ts"
import { readLogEvent } from "../history/log-events.ts"
import { EventStore } from "../ports/event-store.ts"

/** A database that holds no log of ours. */
export class NoLog extends Schema.TaggedError<NoLog>()("NoLog", {}) {
  override get message(): string {
    return "log.db holds no log that this version can read."
  }
}

/** Whose a log is and where it ends; its last events are checked. Fails with `HistoryDamaged` where they are not what was written. */
export const summariseLog = Effect.gen(function* () {
  const store = yield* EventStore
  const [first] = (yield* store.read(logStream, 0, 1)).events
  const opened = first && readLogEvent(first)
  if (opened?._tag !== "LogOpened") return yield* new NoLog({})
  const last = yield* store.last(logStream)
  const restored = last && readLogEvent(last)
  if (!restored) return yield* new NoLog({})
  const [end] = yield* store.raw(yield* store.positionBefore(1), 1)
  if (!end) return yield* new NoLog({})
  yield* checkRecent
  const { logId, vaultId } = opened
  const epoch = restored._tag === "LogRestored" ? restored.epoch : 0
  return { logId, vaultId, epoch, position: end.position, hash: end.hash }
})
