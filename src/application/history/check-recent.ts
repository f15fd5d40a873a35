import { Effect, Schema } from "effect"
import { EventStore } from "../ports/event-store.ts"
import { Log } from "../ports/log.ts"
import { describeFlaw, type Flaw, flawOf } from "./event-flaw.ts"

/** Something was changed in the log, or a disk forgot: nothing may be built on it. The message is for the operator. */
export class HistoryDamaged extends Schema.TaggedError<HistoryDamaged>()("HistoryDamaged", {
  sentence: Schema.String
}) {
  override get message(): string {
    return `${this.sentence} Keep DATA_DIR as it is for whoever looks into it, check the disk, and start with a backup of DATA_DIR of before.`
  }
}

/** Events that a start looks at: what was under way when the process before it ended. */
const recent = 1000

const page = 100

/** Their registrations are left alone by whoever reads them, and nothing is built on them: no reason to keep all others waiting. */
const concernsOneStream: ReadonlySet<Flaw> = new Set(["foreign", "missing_predecessor"])

/** Checks the last events of the log before anything is built on them; the rest is checked later, beside the work (`checkHistory`). */
export const checkRecent = Effect.gen(function* () {
  const store = yield* EventStore
  const log = yield* Log
  let position = yield* store.positionBefore(recent)
  while (true) {
    const events = yield* store.raw(position, page)
    for (const event of events) {
      const flaw = flawOf(event)
      if (!flaw) continue
      if (!concernsOneStream.has(flaw)) return yield* new HistoryDamaged({ sentence: describeFlaw(event, flaw) })
      log.error("history_damaged", { stream: event.stream, revision: event.revision, code: flaw })
    }
    const last = events.at(-1)
    if (!last) return
    position = last.position
  }
})
