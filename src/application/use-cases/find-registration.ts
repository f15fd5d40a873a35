import { Effect } from "effect"
import type { Registration } from "../../domain/registration/registration.ts"
import type { Caller } from "../caller.ts"
import { load } from "../history/load.ts"
import { type Loaded, revisionOf } from "../history/loaded.ts"
import { rowOf } from "../history/read-whole.ts"

export type Found = Loaded & {
  readonly id: string
  readonly state: Registration
  readonly revision: number
}

/** No such registration, or another tenant's: nobody learns which. */
export type NotFound = { readonly _tag: "NotFound" }
export const notFound: NotFound = { _tag: "NotFound" }

/** The registration as its stream tells it now. Of one whose beginning is lost, its row still tells how it was. */
export const findRegistration = Effect.fnUntraced(function* (id: string, caller: Caller) {
  const loaded = yield* load(id)
  const { state, unreadable } = loaded
  const row = state._tag === "Initial" ? unreadable && (yield* rowOf(id)) : { state, revision: revisionOf(loaded) }
  // Whose it was nobody knows.
  if (!row) return yield* Effect.fail(unreadable ?? notFound)
  const { tenant } = row.state.request
  if (!(caller.allTenants || tenant === caller.tenant)) return yield* Effect.fail(notFound)
  return { ...loaded, id, state: row.state, revision: row.revision } satisfies Found
})
