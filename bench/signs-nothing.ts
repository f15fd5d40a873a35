import { Effect } from "effect"

export const signCheckpoints = Effect.never
