import { Schema } from "effect"

/** The platform has not given us URLs yet, or others are still at work on the same thing. Nothing was done. */
export class TryAgainLater extends Schema.TaggedError<TryAgainLater>()("TryAgainLater", {}) {}
