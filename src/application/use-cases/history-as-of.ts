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
  const { state, unreadable } = then
  if (then === found) {
    // Its beginning is lost, and a row tells how it is now: how it was nobody knows.
    if (at && unreadable && isBefore(at, found)) return yield* Effect.fail(unreadable)
    return { found, isNow: true }
  }
  // There was something, and nobody can read what.
  if (state._tag === "Initial") return yield* Effect.fail(unreadable ?? notFound)
  const was: Found = { ...then, id, state, revision: revisionOf(then) }
  return { found: was, isNow: false }
})

const isBefore = (at: AsOf, { revision, state }: Found): boolean =>
  "revision" in at ? at.revision < revision : at.instant < state.updatedAt
