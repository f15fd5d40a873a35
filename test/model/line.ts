import { Effect } from "effect"

/** What goes wrong with the next call of a kind. */
export type Fault =
  /** Turned away before it did anything, and known to be. */
  | "turned_away"
  /** Lost on its way: nothing happened, and nobody knows. */
  | "lost_before"
  /** It happened, and its answer was lost. */
  | "lost_after"
  /** It happens after the caller gave up waiting. */
  | "late"
  /** Refused for good. */
  | "refused"

/** How a process reaches what lies outside of it: calls take their time, and a dead process hears nothing any more. */
export type Line = {
  /** Does `work` at some later moment and answers at a still later one. */
  readonly call: <A, E>(work: () => Effect.Effect<A, E>) => Effect.Effect<A, E>
  readonly isCut: () => boolean
  /** The fault of the next call of a kind, taken away. */
  readonly faultOf: (kind: string) => Fault | undefined
}

/** One that takes no time and loses nothing. */
export const directLine: Line = { call: Effect.suspend, isCut: () => false, faultOf: () => undefined }
