import { describeFlaw, type Flaw } from "../../history/event-flaw.ts"
import { checkpointStream, logStream } from "../../history/ids.ts"
import type { Position, RawEvent } from "../../ports/event-store.ts"

/** What is wrong with a checkpoint, or with what it covers. */
export type CheckpointFlaw =
  | "unreadable"
  | "not_following"
  | "not_signed"
  | "covers_nothing"
  | "not_compared"
  | "other_count"
  | "other_events"

/** The events after one position up to another, as a checkpoint has them. */
export type Covered = {
  readonly from: Position
  readonly to: Position
  readonly count: number
  readonly root: string
}

const number = (value: number): string => value.toLocaleString("en")
export const eventsIn = (count: number): string => (count === 1 ? "1 event" : `${number(count)} events`)

/** What the checkpoint at a revision of its stream is told by. */
const checkpointAt = (revision: number): string =>
  `the checkpoint at revision ${revision} of the stream ${checkpointStream}`

const positions = ({ from, to }: Pick<Covered, "from" | "to">): string =>
  to <= from ? `position ${to}` : from + 1 === to ? `position ${to}` : `positions ${from + 1} to ${to}`

/** `found`: how many events there are where it has another count. */
export const describeCheckpoint = (revision: number, flaw: CheckpointFlaw, covers?: Covered, found = 0): string => {
  const which = checkpointAt(revision)
  const its = `The c${which.slice(5)}${covers === undefined ? "" : ` (${positions(covers)})`}`
  switch (flaw) {
    case "unreadable":
      return `${its} cannot be read by this version, or was never one.`
    case "not_following":
      return `${its} does not follow on the one before it: one of them was changed, or is missing.`
    case "not_signed":
      return `${its} is not signed by the log's signer of that time.`
    case "covers_nothing":
      return `${its} covers what one before it covers.`
    case "not_compared":
      return `${its} cannot be compared with the events: where it begins is not known.`
    case "other_count":
      return `The events at ${covers && positions(covers)} are not those of ${which}: it has ${eventsIn(covers?.count ?? 0)}, and there ${found === 1 ? "is" : "are"} ${number(found)}.`
    case "other_events":
      return `The events at ${covers && positions(covers)} are not those of ${which}: one of them was changed or moved.`
  }
}

/** Names that may be shown, although they stand in something that was changed. */
const isName = /^[\w-]{1,80}$/

export const describeEvent = (event: RawEvent, flaw: Flaw): string => {
  const { stream, revision } = writtenFor(event)
  const isMoved = flaw === "other_place" && isName.test(String(stream)) && Number.isSafeInteger(revision)
  const where = isMoved ? ` It was written for revision ${revision} of the stream ${stream}.` : ""
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
  `The log does not begin with the event at revision 0 of the stream ${logStream}, but with revision ${event.revision} of the stream ${event.stream}: events are missing at the beginning, or were moved.`
export const firstIsUnreadable = `The event at revision 0 of the stream ${logStream} cannot be read by this version, or does not say whose log this is.`

export const readNoFurther = (position: Position, code: string): string =>
  `The log cannot be read any further after position ${position} (${code}): the file is damaged there, or the store is not reachable.`

/** How often a log was put back from a backup, and when last. */
export type Restores = { readonly count: number; readonly revision: number; readonly recordedAt: string }

/** What a fork means for what is known of a time before it. */
export const forked = ({ count, revision, recordedAt }: Restores): string =>
  ` The log was put back from a backup ${count === 1 ? "once" : `${count} times, the last time`} at ${recordedAt} (revision ${revision} of the stream ${logStream}): what was recorded between that backup and then is forgotten, and its checkpoints with it.`
