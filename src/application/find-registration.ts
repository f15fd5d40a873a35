import { Effect } from "effect"
import type { UnreadableEvent } from "../domain/registration/event-codec.ts"
import type { Registration } from "../domain/registration/registration.ts"
import type { Caller } from "./caller.ts"
import { type Loaded, load } from "./load.ts"
import type { StoredEvent } from "./ports/event-store.ts"

export type Found = {
  readonly id: string
  readonly state: Registration
  readonly revision: number
  readonly events: ReadonlyArray<StoredEvent>
  readonly unreadable?: UnreadableEvent
}

/** No such registration, or another tenant's: nobody learns which. */
export type NotFound = { readonly _tag: "NotFound" }
export const notFound: NotFound = { _tag: "NotFound" }

/** The registration as its stream tells it now. */
export const findRegistration = (id: string, caller: Caller) =>
  load(id).pipe(Effect.flatMap((loaded) => visible(id, loaded, caller)))

const visible = (id: string, { state, tip, events, unreadable }: Loaded, caller: Caller) =>
  state._tag === "Initial" || tip._tag === "NoStream" || !(caller.allTenants || state.request.tenant === caller.tenant)
    ? Effect.fail(notFound)
    : Effect.succeed<Found>({ id, state, revision: tip.revision, events, ...(unreadable ? { unreadable } : {}) })
