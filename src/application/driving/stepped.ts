import type { Registration } from "../../domain/registration/registration.ts"
import type { Known } from "../history/loaded.ts"

/** A registration whose step is due, as it was read just now. */
export type DueStep = Known & {
  readonly id: string
  readonly state: Registration
  readonly revision: number
  /** How often it was looked at to no avail; negative: how often in a row nothing could be done, in an outage. */
  readonly tries: number
  /** It was reconciled with the platform since the log was put back from a backup, or the log never was. */
  readonly isReconciled: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

/** What became of a step: the revision it ended at, and when it is to be looked at again without a change. */
export type Stepped = {
  readonly revision: number
  readonly again?: { readonly at: number; readonly tries: number }
}

export const asked = ({ tries }: { readonly tries: number }): number => Math.max(0, tries)
/** The pauses of an outage are its own, and those of asking begin anew after it. */
export const failed = ({ tries }: { readonly tries: number }): number => Math.max(0, -tries)

export const done = (revision: number): Stepped => ({ revision })
export const putOffUntil = (revision: number, at: number, tries: number): Stepped => ({
  revision,
  again: { at, tries }
})
