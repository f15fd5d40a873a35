import { Effect } from "effect"
import type { KeyState } from "../../../application/ports/tombstones.ts"
import { lookAtKey, tryKey } from "../../../application/use-cases/look-at-key.ts"
import type { Shown } from "./resource.ts"

const withLook =
  <R>(look: (shown: Shown) => Effect.Effect<KeyState | undefined, never, R>) =>
  <S extends Shown>(shown: S) =>
    Effect.map(look(shown), (key): S & Shown => (key ? { ...shown, key } : shown))

/** With what became of its key, where the vault tells now. */
export const withKey = withLook(({ state }) => tryKey(state))

/** The same, as far as it can be told without the master key. */
export const withKeyRow = withLook(({ state }) => lookAtKey(state.request.personal.keyId))

/** The same, where there may be a receipt to show; nothing is looked up for the others. */
export const withReceipt = <S extends Shown>(shown: S) =>
  shown.state.erased ? withKeyRow(shown) : Effect.succeed(shown)
