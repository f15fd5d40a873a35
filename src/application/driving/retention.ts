import { Effect } from "effect"
import { Settings } from "../settings.ts"
import { record } from "./record.ts"
import { type DueStep, done } from "./stepped.ts"
import { trustedTime } from "./trusted-time.ts"

/** Ends a hold whose time is over. Irreversible, for what follows: undefined, and nothing done, by a clock that nobody confirmed. */
export const endHold = Effect.fnUntraced(function* (due: DueStep) {
  const at = yield* trustedTime(due)
  return at === undefined ? undefined : done((yield* record(due.id, { _tag: "EndHold", at }, due)).revision)
})

/** Erases what was asked for, or what is kept for long enough: that not by a clock that nobody confirmed either. Its key goes by itself. */
export const erase = Effect.fnUntraced(function* (due: DueStep) {
  const { eraseAfter } = yield* Settings
  const at = due.state.erased || due.state.erasureRequested ? due.now : yield* trustedTime(due)
  if (at === undefined) return undefined
  return done((yield* record(due.id, { _tag: "EraseWhenDue", at, eraseAfter }, due)).revision)
})
