import { Effect } from "effect"
import type { Caller } from "../caller.ts"
import { type AsOf, asOf } from "../history/as-of.ts"
import { revisionOf } from "../history/loaded.ts"
import { type Found, findRegistration, notFound } from "./find-registration.ts"

/** The registration as it was at a point of its history; without one, and after its last event, as it is now. */
export const historyAsOf = Effect.fnUntraced(function* (id: string, caller: Caller, at: AsOf | undefined) {
  const found = yield* findRegistration(id, caller)
  const then = at === undefined ? found : asOf(found, at)
  if (then === undefined) return yield* Effect.fail(notFound)
  if (then === found) return { found, isNow: true }
  const { state, unreadable } = then
  // There was something, and nobody can read what.
  if (state._tag === "Initial") return yield* Effect.fail(unreadable ?? notFound)
  const was: Found = { ...then, id, state, revision: revisionOf(then) }
  return { found: was, isNow: false }
})
