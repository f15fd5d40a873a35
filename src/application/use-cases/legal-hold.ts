import { Effect } from "effect"
import type { RegistrationCommand } from "../../domain/registration/commands.ts"
import type { Hold } from "../../domain/registration/registration.ts"
import { actorOf, type Caller } from "../caller.ts"
import { readable } from "../history/loaded.ts"
import { transact } from "../transact.ts"
import { findRegistration } from "./find-registration.ts"

/** Keeps the personal data of a registration, whoever wants it erased. The same once more adds nothing, another takes its place. */
export const placeHold = (id: string, caller: Caller, hold: Hold) => command(id, caller, { _tag: "PlaceHold", ...hold })

/** Ends the hold, where there is one; an erasure that was asked for meanwhile is carried out then. */
export const endHold = (id: string, caller: Caller) => command(id, caller, { _tag: "EndHold" })

const command = Effect.fnUntraced(function* (id: string, caller: Caller, asked: RegistrationCommand) {
  const found = yield* readable(yield* findRegistration(id, caller))
  return { id, ...(yield* transact(id, asked, { actor: actorOf(caller) }, found)) }
})
