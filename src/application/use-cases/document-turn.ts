import { Effect, Option } from "effect"
import type { Document } from "../../domain/registration/events.ts"
import { TryAgainLater } from "../try-again-later.ts"
import { Turns } from "../turns.ts"

/** Milliseconds that a caller waits for URLs, or for others that are at work on the same document. */
export const patience = 8000

/** Does `work` when nobody else is at work on the document; the caller tries again later when that takes too long. */
export const inTurnOf = <A, E, R>(id: string, document: Document, work: Effect.Effect<A, E, R>) =>
  Turns.use((turns) => turns.take(`${id}/${document}`, patience, work)).pipe(
    Effect.flatMap(Option.match({ onNone: () => new TryAgainLater(), onSome: Effect.succeed }))
  )
