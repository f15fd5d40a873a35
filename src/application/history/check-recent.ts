import { Effect, Schema } from "effect"
import { EventStore } from "../ports/event-store.ts"
import { describeFlaw, flawOf } from "./event-flaw.ts"

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

/** Checks the last events of the log before anything is built on them; the rest is checked later, beside the work (`checkHistory`). */
export const checkRecent = Effect.gen(function* () {
  const store = yield* EventStore
  let position = yield* store.positionBefore(recent)
  while (true) {
    const events = yield* store.raw(position, page)
    for (const event of events) {
      const flaw = flawOf(event)
      if (flaw) return yield* new HistoryDamaged({ sentence: describeFlaw(event, flaw) })
    }
    const last = events.at(-1)
    if (!last) return
    position = last.position
  }
})
