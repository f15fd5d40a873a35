import { Effect } from "effect"
import {
  isEnded,
  type State,
  type Submission,
  stateNames,
  submissionOf
} from "../../domain/registration/registration.ts"
import type { Caller } from "../caller.ts"
import { readable } from "../history/loaded.ts"
import { TryAgainLater } from "../try-again-later.ts"
import { awaitRegistration } from "./await-registration.ts"
import { patience } from "./document-turn.ts"
import type { Found } from "./find-registration.ts"

export type WithUrls = Found & { readonly submission: Submission }

const isWithoutUrls = (state: State): boolean =>
  state._tag === "Requested" || (state._tag === "AwaitingImages" && state.urlsCall !== undefined)

/** Holds until the registration has URLs, or has gone on: one that ended in between takes no image any more. */
export const awaitUrls = Effect.fnUntraced(function* (id: string, caller: Caller) {
  const found = yield* awaitRegistration(
    id,
    caller,
    patience,
    ({ state, unreadable }) => state.erased || unreadable !== undefined || !isWithoutUrls(state)
  )
  const { state } = found
  if (state.erased) return yield* Effect.fail({ _tag: "PersonalDataErased" } as const)
  // Of an issued one the same images again are still taken as what they are: there already.
  if (isEnded(state) && state._tag !== "Issued")
    return yield* Effect.fail({ _tag: "WrongState", state: stateNames[state._tag] } as const)
  const submission = submissionOf(state)
  if (!submission || isWithoutUrls(state)) return yield* new TryAgainLater()
  return { ...(yield* readable(found)), submission }
})
