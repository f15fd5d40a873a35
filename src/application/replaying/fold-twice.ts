import { Result } from "effect"
import { decodeEvent } from "../../domain/registration/event-codec.ts"
import type { RegistrationEvent } from "../../domain/registration/events.ts"
import { messageOf } from "../messages/message-of.ts"
import type { Position, StoredEvent } from "../ports/event-store.ts"
import { type Folded, foldedAfter } from "../projecting/row-after.ts"

/** A registration that was folded twice, each time from what is stored. */
export type TwoFolds = { readonly one: Folded | undefined; readonly other: Folded | undefined }
export const nothingFolded: TwoFolds = { one: undefined, other: undefined }

/** Both folds after an event, and what each says of it in public, as JSON: nothing of an internal one. */
export type Step = TwoFolds & { readonly message: string | undefined; readonly otherMessage: string | undefined }

/** Both folds after an event that stands at a position; undefined where this version cannot read it. */
export const foldTwice = (id: string, known: TwoFolds, event: StoredEvent, position: Position): Step | undefined => {
  const [first, second] = [decodeEvent(event, event), decodeEvent(event, event)]
  if (Result.isFailure(first) || Result.isFailure(second)) return undefined
  const one = foldedAfter(known.one, first.success, event)
  const other = foldedAfter(known.other, second.success, event)
  const told = (decoded: RegistrationEvent, folded: Folded | undefined) =>
    folded && messageOf(id, decoded, { ...event, position }, folded.state)?.json
  return { one, other, message: told(first.success, one), otherMessage: told(second.success, other) }
}

export const revisionOf = ({ one }: TwoFolds): number => one?.revision ?? -1
