import { counted, number } from "../count-words.ts"
import type { Difference, Differences, What } from "./differences.ts"

/** What a log came to. */
export type Replayed = {
  readonly events: number
  readonly registrations: number
  readonly differences: Differences
  /** Whether messages are stored from the first one on. */
  readonly hasMessages: boolean
}

const words: { readonly [W in What]: string } = {
  no_row: "has no row",
  other_row: "has another row than its events come to",
  row_behind: "has a row that ends before this event",
  row_beyond_log: "has a row that goes further than its events",
  row_without_log: "has a row, and the log has nothing of it",
  no_message: "has no message of this event",
  other_message: "has another message of this event than today's code makes",
  no_event_of_message: "has a message where the log has nothing to tell",
  unreadable_event: "has an event there that this version cannot read",
  missing_event: "has lost an event before this one",
  other_second_fold: "came to something else when it was folded a second time: that is a bug of this version"
}

const lineOf = ({ registration, revision, what }: Difference): string =>
  `registration ${registration}${revision === undefined ? "" : `, revision ${revision}`}: ${words[what]}`

/** What is told in the end. */
export const outcomeOf = ({ events, registrations, differences, hasMessages }: Replayed): string => {
  const { first, total } = differences
  const looked = `${counted(events, "event")} of ${counted(registrations, "registration")}`
  if (total === 0 && hasMessages) return `${looked}: rows and messages are what today's code makes of them.`
  const more = total > first.length ? [`… and ${number(total - first.length)} more`] : []
  return [
    ...first.map(lineOf),
    ...more,
    `${looked}: ${counted(total, "difference")} from what today's code makes of them.`,
    ...(hasMessages ? [] : ["The messages are not there from the first one on: they were not compared."]),
    adviceOf(first)
  ].join("\n")
}

const isOfLog = ({ what }: Difference): boolean => what === "unreadable_event" || what === "missing_event"

const adviceOf = (first: ReadonlyArray<Difference>): string =>
  first.length > 0 && first.every(isOfLog)
    ? "Rows cannot mend that: certreg verify says whether the log is as it was written."
    : "certreg views rebuild makes rows and messages anew from the log; run this again after it. What differs then is no fault of the rows."
