import { Effect } from "effect"
import type { DirectImages } from "../../domain/image/direct-images.ts"
import { stateNames, submissionOf } from "../../domain/registration/registration.ts"
import { actorOf, type Caller } from "../caller.ts"
import { transact } from "../transact.ts"
import { inTurnOf } from "./document-turn.ts"
import { type Found, findRegistration } from "./find-registration.ts"

/**
 * Records the caller's word that both images are at the storage, of the submission that there was when he began to say so: where other
 * URLs were issued since, his images went to the old ones.
 */
export const recordDocuments = Effect.fnUntraced(function* (found: Found, caller: Caller, documents: DirectImages) {
  const { id, state } = found
  const submissionId = submissionOf(state)?.id ?? ""
  const record = transact(id, { _tag: "RecordDocuments", submissionId, documents }, { actor: actorOf(caller) }).pipe(
    Effect.catchTag("AnotherSubmission", () => wrongState(id, caller))
  )
  // An upload through us that is about to complete is at the same place in the storage: what it brings is known first.
  const recorded = yield* state._tag === "AwaitingImages" ? inTurnOf(id, "ktp", inTurnOf(id, "selfie", record)) : record
  return { id, ...recorded }
})

const wrongState = Effect.fnUntraced(function* (id: string, caller: Caller) {
  const { state } = yield* findRegistration(id, caller)
  return yield* Effect.fail({ _tag: "WrongState", state: stateNames[state._tag] } as const)
})
