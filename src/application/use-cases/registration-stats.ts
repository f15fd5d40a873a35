import { Clock, Effect } from "effect"
import { type Caller, tenantSeenBy } from "../caller.ts"
import { RegistrationList } from "../ports/registration-list.ts"

/** How many registrations there are by state, and what came of the last 24 hours: of the caller's tenant, or of all that he may see. */
export const registrationStats = Effect.fnUntraced(function* (caller: Caller) {
  const { stats } = yield* RegistrationList
  return yield* stats(yield* Clock.currentTimeMillis, tenantSeenBy(caller))
})
