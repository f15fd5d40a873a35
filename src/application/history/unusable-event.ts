import type { UnreadableEvent } from "../../domain/registration/event-codec.ts"

/** An event is not there any more: deleted, cut off or expired. Nothing may be built on what is left of its stream. */
export type LostEvent = { readonly _tag: "LostEvent"; readonly stream: string; readonly revision: number }

/** An event that this version cannot read, or that is lost. */
export type UnusableEvent = UnreadableEvent | LostEvent
