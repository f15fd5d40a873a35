import { Effect } from "effect"

/** Begins anew where somebody else signed meanwhile: the last checkpoint is another one. */
export const onNewestChain = <A, E extends { readonly _tag: string }, R>(work: Effect.Effect<A, E, R>) =>
  Effect.retry(work, { while: ({ _tag }) => _tag === "RevisionConflict" })
