import { Effect } from "effect"
import type { WithdrawalReason } from "../../domain/registration/events.ts"
import { actorOf, type Caller } from "../caller.ts"
import { readable } from "../history/loaded.ts"
import { transact } from "../transact.ts"
import { findRegistration } from "./find-registration.ts"

/** Ends a registration that is open; twice is once. A confirmation that is out still gets its verdict. */
export const withdrawRegistration = Effect.fnUntraced(function* (id: string, caller: Caller, reason: WithdrawalReason) {
  const found = yield* readable(yield* findRegistration(id, caller))
  const withdrawn = yield* transact(id, { _tag: "Withdraw", reason }, { actor: actorOf(caller) }, found)
  return { id, ...withdrawn }
})
