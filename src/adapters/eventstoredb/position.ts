import type { AllStreamRecordedEvent } from "@eventstore/db-client"
import type { Position } from "../../application/ports/event-store.ts"

type Placed = Pick<AllStreamRecordedEvent, "position">

/** A place in `$all` as the server names it. `prepare` is below `commit` where a checkpoint is not that of an event. */
export type Place = { readonly commit: number; readonly prepare: number }

/** Where a record lies in the whole log. */
export const positionOf = ({ position }: Placed): Position => Number(position.commit)

export const placeOf = ({ position: { commit, prepare } }: Placed): Place => ({
  commit: Number(commit),
  prepare: Number(prepare)
})

/** The record at a position, as the client wants to be told of it. */
export const recordAt = (position: Position) => ({ commit: BigInt(position), prepare: BigInt(position) })
