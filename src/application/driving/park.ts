import { Effect } from "effect"
import { Health } from "../health.ts"
import { streamOf } from "../history/ids.ts"
import type { UnusableEvent } from "../history/unusable-event.ts"
import { Log } from "../ports/log.ts"
import { type DueStep, putOffUntil } from "./stepped.ts"

/** Milliseconds. Put off, it takes nobody's place in a sweep; looked at now and then, it is named by `ready` also after a restart. */
const pause = 5 * 60_000

/** An unusable event is for a person to look at: its registration is left alone, and its row stays as it is. */
export const park = (event: UnusableEvent, rowRevision: number, now: number) =>
  Effect.map(Health, (health) => {
    health.park(event)
    return putOffUntil(rowRevision, now + pause, 0)
  })

/** A key that is missing, and was never destroyed, is an incident: what it sealed cannot be sent, and nothing else is done for it. */
export const parkWithoutKey = Effect.fnUntraced(function* ({ id, state, revision, now }: DueStep) {
  const health = yield* Health
  const { error } = yield* Log
  const { keyId } = state.request.personal
  if (health.park({ _tag: "KeyMissing", stream: streamOf(id), revision, keyId }))
    error("key_missing", { registrationId: id })
  return putOffUntil(revision, now + pause, 0)
})
