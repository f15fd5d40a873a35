import { number } from "../count-words.ts"
import { spanOf } from "../outage-words.ts"
import type { Position } from "../ports/event-store.ts"
import type { Words } from "../ports/log.ts"
import type { Report } from "../ports/operator-requests.ts"

/** How far it is: events so far, in so many milliseconds, and positions of the log. */
export type RebuildProgress = {
  readonly count: number
  readonly millis: number
  readonly from: Position
  readonly position: Position
  readonly end: Position
}

export const rebuildWords = ({ count, millis, from, position, end }: RebuildProgress): Words => {
  if (count === 0) return (from === 0 ? "From the first event on." : "It goes on where it was.") as Words
  const rate = `${number(count)} events in ${spanOf(millis)}, ${number((count / millis) * 1000)} a second`
  if (position >= end) return `${rate}.` as Words
  const left = (millis / (position - from)) * (end - position)
  return `${rate}, about ${spanOf(left)} left.` as Words
}

export const reportOfRebuild = (state: "running" | "done", progress: RebuildProgress): Report => ({
  state,
  done: progress.position,
  of: progress.end,
  text: rebuildWords(progress)
})
