import { counted, number } from "../../count-words.ts"
import { describeFlaw, type Flaw, shownStream } from "../../history/event-flaw.ts"
import { logStream } from "../../history/ids.ts"
import type { Position, RawEvent } from "../../ports/event-store.ts"
import type { CoveredRange } from "../checkpoint-note.ts"
import { checkpointAt } from "../checkpoint-words.ts"
import type { LinkFlaw } from "./chain.ts"

const positions = ({ after, upTo }: CoveredRange): string =>
  after + 1 >= upTo ? `position ${upTo}` : `positions ${after + 1} to ${upTo}`

/** What is wrong with the checkpoint at a revision. */
export const describeLink = (revision: number, flaw: LinkFlaw, covers?: CoveredRange): string => {
  const it = `The ${checkpointAt(revision)}${covers === undefined ? "" : ` (${positions(covers)})`}`
  switch (flaw) {
    case "unreadable":
      return `${it} cannot be read by this version, or was never one.`
    case "not_following":
      return `${it} does not follow on the one before it: one of them was changed, or is missing.`
    case "not_signed":
      return `${it} is not signed by the log's signer of that time.`
    case "covers_nothing":
      return `${it} covers what one before it covers.`
  }
}

/** Why the events that a checkpoint covers are not those that were signed. `count`: how many there are. */
export const describeCovered = (
  revision: number,
  covers: CoveredRange,
  found: "not_compared" | "other_events" | { readonly count: number }
): string => {
  if (found === "not_compared")
    return `The ${checkpointAt(revision)} (${positions(covers)}) cannot be compared with the events: where it begins is not known.`
  const others = `The events at ${positions(covers)} are not those of the ${checkpointAt(revision)}`
  if (found === "other_events") return `${others}: one of them was changed or moved.`
  const { count } = found
  return `${others}: it has ${counted(covers.count, "event")}, and there ${count === 1 ? "is" : "are"} ${number(count)}.`
}

export const describeEvent = (event: RawEvent, flaw: Flaw): string => {
  const { stream, revision } = writtenFor(event)
  const isMoved = flaw === "other_place" && typeof stream === "string" && Number.isSafeInteger(revision)
  const where = isMoved ? ` It was written for revision ${revision} of the stream ${shownStream(stream)}.` : ""
  return `${describeFlaw(event, flaw)}${where} It lies at position ${event.position}.`
}

const writtenFor = ({ bytes }: RawEvent): { readonly stream?: unknown; readonly revision?: unknown } => {
  try {
    return JSON.parse(bytes) ?? {}
  } catch {
    return {}
  }
}

export const logIsEmpty = `The log is empty: its first event is missing, at revision 0 of the stream ${logStream}.`
export const firstIsAnother = (event: Pick<RawEvent, "stream" | "revision">): string =>
  `The log does not begin with the event at revision 0 of the stream ${logStream}, but with revision ${event.revision} of the stream ${shownStream(event.stream)}: events are missing at the beginning, or were moved.`
export const firstIsUnreadable = `The event at revision 0 of the stream ${logStream} cannot be read by this version, or does not say whose log this is.`

export const ownIsUnreadable = ({ revision, position }: Pick<RawEvent, "revision" | "position">): string =>
  `The event at revision ${revision} of the stream ${logStream} cannot be read by this version, or was never one. It lies at position ${position}.`

export const readNoFurther = (position: Position, code: string): string =>
  `The log cannot be read any further after position ${position} (${code}): the file is damaged there, or the store is not reachable.`

/** How often a log was put back from a backup, and when last. */
export type Restores = { readonly count: number; readonly revision: number; readonly recordedAt: string }

/** What a fork means for what is known of a time before it. */
export const forked = ({ count, revision, recordedAt }: Restores): string =>
  ` The log was put back from a backup ${count === 1 ? "once" : `${count} times, the last time`} at ${recordedAt} (revision ${revision} of the stream ${logStream}): what was recorded between that backup and then is forgotten, and its checkpoints with it.`
