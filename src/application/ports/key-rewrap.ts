import { Context, type Effect } from "effect"
import type { VaultUnavailable } from "./vault.ts"

/** What became of a page of keys. */
export type Rewrapped = {
  /** The id of the last one that was looked at; absent at the end. */
  readonly last?: string
  readonly rewrapped: number
  /** Those that are wrapped under the first master key already. */
  readonly current: number
  /** Those that none of the master keys opens. */
  readonly unopened: number
}

/** Wraps keys anew under the first master key, while they are in use. */
export class KeyRewrap extends Context.Service<
  KeyRewrap,
  {
    /** How many data keys there are that were not destroyed. */
    readonly count: Effect.Effect<number, VaultUnavailable>
    /** The next data keys after one (`""`: from the first on); one that is destroyed meanwhile stays destroyed. */
    readonly page: (after: string) => Effect.Effect<Rewrapped, VaultUnavailable>
    /** The secrets of the service; and no byte of an earlier wrapping is left in the vault's files when it returns. */
    readonly finish: Effect.Effect<void, VaultUnavailable>
  }
>()("certreg/application/ports/KeyRewrap") {}
