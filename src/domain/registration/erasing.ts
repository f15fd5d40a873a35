import type { CommandOf } from "./commands.ts"
import { type Decision, events, nothing, refused, wrongState } from "./decision.ts"
import type { RegistrationEvent } from "./events.ts"
import { endOfHold, isOnHold } from "./legal-hold.ts"
import { isEnded, type Registration } from "./registration.ts"

/** Why personal data was erased: it was asked for, its time was over, or the log had forgotten that it was. */
type ErasureReason = "subject_request" | "retention_over" | "forgotten"

/** During a hold it is only kept in mind; by whom it was asked for the history says. */
export const erase = ({ at }: CommandOf<"Erase">, state: Registration): Decision => {
  if (state.erased) return afterErasure(state)
  if (isOnHold(state, at)) return state.erasureRequested ? nothing : events({ _tag: "ErasureRequested" })
  return events(...erasure(state, "subject_request"))
}

export const eraseWhenDue = ({ at, eraseAfter }: CommandOf<"EraseWhenDue">, state: Registration): Decision => {
  if (state.erased) return afterErasure(state)
  // It may have been placed since somebody looked.
  if (state.hold) return refused({ _tag: "TooEarly" })
  if (state.erasureRequested) return events(...erasure(state, "subject_request"))
  if (!isEnded(state)) return wrongState(state)
  return eraseAfter === undefined || at < state.endedAt + eraseAfter
    ? refused({ _tag: "TooEarly" })
    : events(...erasure(state, "retention_over"))
}

/**
 * What was destroyed stays destroyed, whatever is in force. It is not ended by that: the log may have forgotten a confirmation too, and that
 * is found out first.
 */
export const recordErased = (state: Registration): Decision =>
  state.erased ? nothing : events(...endOfHold(state), erased("forgotten"))

/** Without the data it leads nowhere. */
const afterErasure = (state: Registration): Decision => events(...endOf(state))

const erasure = (state: Registration, reason: ErasureReason): ReadonlyArray<RegistrationEvent> => [
  ...endOfHold(state),
  ...endOf(state),
  erased(reason)
]

const endOf = (state: Registration): ReadonlyArray<RegistrationEvent> =>
  isEnded(state) ? [] : [{ _tag: "Withdrawn", reason: "other" }]
const erased = (reason: ErasureReason): RegistrationEvent => ({ _tag: "PersonalDataErased", reason })
