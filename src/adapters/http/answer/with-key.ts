import { Effect } from "effect"
import { lookAtKey } from "../../../application/use-cases/look-at-key.ts"
import type { Shown } from "./resource.ts"

/** With what became of its key, where the vault tells now. */
export const withKey = <S extends Shown>(shown: S) =>
  Effect.map(lookAtKey(shown.state), (key): S => (key ? { ...shown, key } : shown))

/** The same, where there may be a receipt to show; nothing is looked up for the others. */
export const withReceipt = <S extends Shown>(shown: S) => (shown.state.erased ? withKey(shown) : Effect.succeed(shown))
