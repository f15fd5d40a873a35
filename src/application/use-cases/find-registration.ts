import { Effect } from "effect"
import type { Registration } from "../../domain/registration/registration.ts"
import type { Caller } from "../caller.ts"
import { type Loaded, load, revisionOf } from "../history/load.ts"

export type Found = Loaded & {
  readonly id: string
  readonly state: Registration
  readonly revision: number
}

/** No such registration, or another tenant's: nobody learns which. */
export type NotFound = { readonly _tag: "NotFound" }
export const notFound: NotFound = { _tag: "NotFound" }

/** The registration as its stream tells it now. */
export const findRegistration = (id: string, caller: Caller) =>
  load(id).pipe(Effect.flatMap((loaded) => visible(id, loaded, caller)))

const visible = (id: string, loaded: Loaded, caller: Caller) => {
  const { state } = loaded
  return state._tag === "Initial" || !(caller.allTenants || state.request.tenant === caller.tenant)
    ? Effect.fail(notFound)
    : Effect.succeed<Found>({ ...loaded, id, state, revision: revisionOf(loaded) })
}
