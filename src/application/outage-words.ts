import { Duration } from "effect"
import type { Down, Failing, Parked } from "./health.ts"
import type { Words } from "./ports/log.ts"

type Part = Failing["call"] | Down["dependency"]

const whileDown: { readonly [P in Part]: string } = {
  token: "The platform gives no token",
  urls: "The platform does not answer calls for upload URLs",
  confirm: "The platform does not answer confirmations",
  poll: "The platform does not answer polls",
  upload: "The storage takes no images",
  eventStore: "The event store cannot be read or written",
  keys: "The keys cannot be read or written"
}
const onceUp: { readonly [P in Part]: string } = {
  token: "The platform gives tokens again",
  urls: "The platform answers calls for upload URLs again",
  confirm: "The platform answers confirmations again",
  poll: "The platform answers polls again",
  upload: "The storage takes images again",
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
  const calls = count === 1 ? "one call" : `${count} calls in a row`
  const begun = `${whileDown[call]} since ${timeOf(since, at)}: ${calls} failed, the last one at ${timeOf(last, at)} with ${code}.`
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
  return `Our clock is ${by} ${where} the platform's, or jumped by so much, since ${timeOf(since, at)}: nothing expires and nothing is given up by it until they agree.` as Words
}
