import { Effect } from "effect"
import type { UnreadableEvent } from "../../domain/registration/event-codec.ts"
import { Health } from "../health.ts"
import { putOffUntil } from "./stepped.ts"

/** Milliseconds. Put off, it takes nobody's place in a sweep; looked at now and then, it is named by `ready` also after a restart. */
const pause = 5 * 60_000

/** An event that this version cannot read is for a person to look at: its registration is left alone, and its row stays as it was before the event. */
export const park = ({ stream, revision }: UnreadableEvent, rowRevision: number, now: number) =>
  Effect.map(Health, (health) => {
    health.park({ stream, revision })
    return putOffUntil(rowRevision, now + pause, 0)
  })
