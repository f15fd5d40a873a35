import { Effect } from "effect"
import { record } from "./record.ts"
import { done } from "./stepped.ts"

/** Ends a registration whose platform was unreachable for too long. A confirmation that may be out is asked about on and on. */
export const giveUp = (id: string) => Effect.map(record(id, { _tag: "GiveUp" }), ({ revision }) => done(revision))
