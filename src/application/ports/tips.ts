import { Context, type Effect } from "effect"
import type { Position } from "./event-store.ts"
import type { VaultUnavailable } from "./vault.ts"

/** What log and vault of one directory know of each other: a copy of one of them that was put back alone is found by it. */
export type Seen = {
  /** The end of the log when the vault was written last; undefined where the log lies elsewhere, or nothing is known yet. */
  readonly logEnd?: Position
  /** The log knows of a later state of the vault than there is. */
  readonly isVaultOlder: boolean
}

export class Tips extends Context.Service<
  Tips,
  {
    /** As it was when the directory was opened, before anything was written. */
    readonly seen: Effect.Effect<Seen, VaultUnavailable>
  }
>()("certreg/application/ports/Tips") {}
