import { Duration } from "effect"
import type { Down, Failing, Parked } from "./health.ts"
import type { Words } from "./ports/log.ts"

type Part = Failing["call"] | Down["dependency"]

const whileDown: { readonly [P in Part]: string } = {
  token: "Calls for a token have failed",
  urls: "Calls for upload URLs have failed",
  confirm: "Confirmations have failed",
  poll: "Polls have failed",
  upload: "Uploads to the storage have failed",
  eventStore: "The event store has not worked",
  keys: "The keys have not been usable"
}
const onceUp: { readonly [P in Part]: string } = {
  token: "Calls for a token get through again",
  urls: "Calls for upload URLs get through again",
  confirm: "Confirmations get through again",
  poll: "Polls get through again",
  upload: "Uploads to the storage get through again",
  eventStore: "The event store can be read and written again",
  keys: "The keys can be read and written again"
}

/** One moment on both clocks, in milliseconds. Told is the wall clock's time, as it is now, also of what began before it jumped. */
export type Moment = { readonly wall: number; readonly monotonic: number }

export const timeOf = (monotonic: number, at: Moment): string =>
  new Date(at.wall + monotonic - at.monotonic).toISOString()

/** Such as `2m 5s`. */
const spanOf = (millis: number): string =>
  millis < 1000 ? "less than a second" : Duration.format(Duration.seconds(Math.floor(millis / 1000)))

export const failingWords = ({ call, count, since, last, code, nextTryAt }: Failing, at: Moment): Words => {
  const howOften = count === 1 ? "once" : `${count} in a row`
  const begun = `${whileDown[call]} since ${timeOf(since, at)}: ${howOften}, the last one at ${timeOf(last, at)} with ${code}.`
  if (nextTryAt === undefined) return begun as Words
  const next = nextTryAt > at.monotonic ? `at ${timeOf(nextTryAt, at)}` : "as soon as one is due"
  return `${begun} One at a time is tried, the next one ${next}.` as Words
}

export const downWords = ({ dependency, since, code }: Down, at: Moment): Words =>
  `${whileDown[dependency]} since ${timeOf(since, at)} (${code}).` as Words

export const upWords = (part: Part, millis: number): Words => `${onceUp[part]}, after ${spanOf(millis)}.` as Words

export const parkedWords = ({ stream, revision }: Parked): Words =>
  `The event at revision ${revision} of the stream ${stream} is of a kind that this version cannot read: its registration is left alone, all others go on.` as Words

/** `difference`: by how many milliseconds our clock is ahead. */
export const clockWords = (difference: number, since: number, at: Moment): Words => {
  const by = spanOf(Math.abs(difference))
  const where = difference > 0 ? "ahead of" : "behind"
  return `Our clock has been ${by} ${where} the platform's, or has jumped by that much, since ${timeOf(since, at)}: nothing expires and nothing is given up by it until they agree.` as Words
}
