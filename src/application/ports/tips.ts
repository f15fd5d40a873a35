import { Context } from "effect"
import type { Position } from "./event-store.ts"

/**
 * What log and vault of one directory know of each other: a copy of one of them that was put back alone is found by it, at each start until one
 * takes both for a pair (`Vault.rememberLog`).
 */
export type Seen = {
  /** How far the log was when the vault was written; undefined where the log lies elsewhere, or nothing is known yet. */
  readonly logEnd?: Position
  /** The log knows of a later state of the vault than there is. */
  readonly isVaultOlder: boolean
}

export class Tips extends Context.Service<
  Tips,
  {
    /** As it was when the directory was opened, before anything was written. */
    readonly seen: Seen
  }
>()("certreg/application/ports/Tips") {}
