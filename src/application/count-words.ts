import { spanOf } from "./outage-words.ts"
import type { Position } from "./ports/event-store.ts"
import type { Report } from "./ports/operator-requests.ts"

/** A number as people read it. */
export const number = (value: number): string => Math.round(value).toLocaleString("en")

/** `one`: what is counted, which takes an s where there are more. */
export const counted = (count: number, one: string): string => `${number(count)} ${one}${count === 1 ? "" : "s"}`

/** How far a walk through the log is: events so far, in so many milliseconds, and positions. */
export const walkReport = (walk: {
  readonly events: number
  readonly position: Position
  readonly end: Position
  readonly millis: number
}): Report => {
  const { events, position, end, millis } = walk
  const left = position > 0 && position < end ? `, about ${spanOf((millis / position) * (end - position))} left` : ""
  return { state: "running", done: position, of: end, text: `${counted(events, "event")} in ${spanOf(millis)}${left}.` }
}
