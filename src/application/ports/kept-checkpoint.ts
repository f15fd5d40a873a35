import { Context, type Effect } from "effect"
import type { VaultUnavailable } from "./vault.ts"

/** The last checkpoint that is known outside of the log. */
export type Kept = {
  readonly logId: string
  /** Its place in the stream of checkpoints, and the hash of its event there. */
  readonly revision: number
  readonly hash: string
  /** The signed note. */
  readonly note: string
}

/** Keeps the last checkpoint apart from the log: a log that does not hold it was cut or put back. */
export class KeptCheckpoint extends Context.Service<
  KeptCheckpoint,
  {
    readonly load: Effect.Effect<Kept | undefined, VaultUnavailable>
    /** Takes the place of the one before. */
    readonly keep: (checkpoint: Kept) => Effect.Effect<void, VaultUnavailable>
    /** Nothing is known from then on: the log was put back on purpose. */
    readonly forget: Effect.Effect<void, VaultUnavailable>
  }
>()("certreg/application/ports/KeptCheckpoint") {}
