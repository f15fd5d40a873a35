import { Result } from "effect"
import { decodeEvent } from "../../domain/registration/event-codec.ts"
import type { RegistrationEvent } from "../../domain/registration/events.ts"
import type { StoredEvent } from "../ports/event-store.ts"
import { type Folded, foldedAfter } from "../projecting/row-after.ts"

/** A registration that was folded twice. */
export type TwoFolds = { readonly one: Folded | undefined; readonly other: Folded | undefined }
export const nothingFolded: TwoFolds = { one: undefined, other: undefined }

/** Both folds after an event. */
export type Step = { readonly event: RegistrationEvent; readonly one: Folded; readonly other: Folded }

/** Both folds after the next event; undefined where this version cannot read it, or nothing begins like that. */
export const foldTwice = (known: TwoFolds, stored: StoredEvent): Step | undefined => {
  const decoded = decodeEvent(stored, stored)
  if (Result.isFailure(decoded)) return undefined
  const event = decoded.success
  const one = foldedAfter(known.one, event, stored)
  const other = foldedAfter(known.other, event, stored)
  return one && other && { event, one, other }
}

export const revisionOf = ({ one }: TwoFolds): number => one?.revision ?? -1
