import { Effect } from "effect"
import { Health } from "../health.ts"
import type { UnusableEvent } from "../history/unusable-event.ts"
import { putOffUntil } from "./stepped.ts"

/** Milliseconds. Put off, it takes nobody's place in a sweep; looked at now and then, it is named by `ready` also after a restart. */
const pause = 5 * 60_000

/** An unusable event is for a person to look at: its registration is left alone, and its row stays as it is. */
export const park = (event: UnusableEvent, rowRevision: number, now: number) =>
  Effect.map(Health, (health) => {
    health.park(event)
    return putOffUntil(rowRevision, now + pause, 0)
  })
