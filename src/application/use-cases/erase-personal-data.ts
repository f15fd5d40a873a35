import { Clock, Effect } from "effect"
import type { Instant } from "../../domain/registration/registration.ts"
import { actorOf, type Caller } from "../caller.ts"
import { destroyKey } from "../erasing/destroy-key.ts"
import { load } from "../history/load.ts"
import { readable } from "../history/loaded.ts"
import { transact } from "../transact.ts"
import { TrustedClock } from "../trusted-clock.ts"
import { findRegistration } from "./find-registration.ts"

/** A legal hold is in force: what was asked for is recorded, and carried out when the hold ends. */
export type OnHold = { readonly _tag: "OnHold"; readonly until: Instant }

/**
 * Erases the personal data of a registration, which is withdrawn first where it is open; answered once its key is destroyed. Twice is once,
 * with the same receipt. Where the key cannot be destroyed now (`VaultUnavailable`) it goes all the same, by itself.
 */
export const erasePersonalData = Effect.fnUntraced(function* (id: string, caller: Caller) {
  const found = yield* readable(yield* findRegistration(id, caller))
  const clock = yield* TrustedClock
  const now = yield* Clock.currentTimeMillis
  const at = clock.isTrusted(now) ? { at: now } : {}
  const erased = yield* transact(id, { _tag: "Erase", ...at }, { actor: actorOf(caller) }, found)
  const { hold, request } = erased.state
  if (!erased.state.erased) return yield* Effect.fail<OnHold>({ _tag: "OnHold", until: hold?.until ?? now })
  const { events } = yield* load(id)
  return { id, ...erased, key: yield* destroyKey(request.personal.keyId, events) }
})
