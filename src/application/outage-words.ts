import { Duration } from "effect"
import type { FailureRun } from "./failure-runs.ts"
import type { Down, Failing, FailingWork, Parked } from "./health.ts"
import type { Words } from "./ports/log.ts"
import type { Blocked } from "./ports/views.ts"

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
export const spanOf = (millis: number): string =>
  millis < 1000 ? "less than a second" : Duration.format(Duration.seconds(Math.floor(millis / 1000)))

const runWords = (what: string, { count, since, last, code }: FailureRun, at: Moment): string => {
  const howOften = count === 1 ? "once" : `${count} in a row`
  return `${what} since ${timeOf(since, at)}: ${howOften}, the last one at ${timeOf(last, at)} with ${code}.`
}

export const failingWords = ({ call, nextTryAt, ...run }: Failing, at: Moment): Words => {
  const begun = runWords(whileDown[call], run, at)
  if (nextTryAt === undefined) return begun as Words
  const next = nextTryAt > at.monotonic ? `at ${timeOf(nextTryAt, at)}` : "as soon as one is due"
  return `${begun} One at a time is tried, the next one ${next}.` as Words
}

export const downWords = ({ dependency, since, code }: Down, at: Moment): Words =>
  `${whileDown[dependency]} since ${timeOf(since, at)} (${code}).` as Words

export const upWords = (part: Part, millis: number): Words => `${onceUp[part]}, after ${spanOf(millis)}.` as Words

const whileFailing: { readonly [W in FailingWork["work"]]: string } = {
  drive: "The driver, which does what is due, has failed",
  projection: "The projection, without which nothing that is accepted is driven, has failed",
  check_history: "The check of the history has failed",
  rebuild_views: "Rows and messages could not be made anew",
  operator_requests: "Requests of operators could not be looked for",
  publish: "Publishing has failed",
  destroy_keys: "Keys of what was erased could not be destroyed",
  sign_checkpoints: "Checkpoints of the log could not be signed"
}
/** What says that the log is not the one that this process knew. It does not pass by itself. */
const ofPutBackLog: ReadonlySet<string> = new Set(["log_put_back", "position_beyond_end", "invalid_argument"])

export const failingWorkWords = ({ work, ...run }: FailingWork, at: Moment): Words => {
  const said = runWords(whileFailing[work], run, at)
  if (!ofPutBackLog.has(run.code)) return said as Words
  return `${said} The log may have been put back from a backup while the service ran: stop it, and start it once with --after-restore.` as Words
}

const whyParked: { readonly [T in Exclude<Parked["_tag"], "KeyMissing">]: string } = {
  UnreadableEvent: "is of a kind that this version cannot read",
  LostEvent: "is missing (deleted, truncated or expired)"
}

export const parkedWords = ({ _tag, stream, revision }: Parked): Words => {
  if (_tag === "KeyMissing")
    return `The key of the registration of the stream ${stream} is missing, and was never destroyed: it is left alone, all others go on. A vault that has the key brings it back.` as Words
  return `The event at revision ${revision} of the stream ${stream} ${whyParked[_tag]}: its registration is left alone, all others go on.` as Words
}

export const blockedWords = ({ position, stream, revision }: Blocked): Words =>
  `No message can be made of the event at revision ${revision} of the stream ${stream}: the feed and Kafka end before it, at position ${position}, for everybody. A version that can read it makes the messages anew when it starts.` as Words

/** `difference`: by how many milliseconds our clock is ahead. */
export const clockWords = (difference: number, since: number, at: Moment): Words => {
  const by = spanOf(Math.abs(difference))
  const where = difference > 0 ? "ahead of" : "behind"
  return `Our clock has been ${by} ${where} the platform's, or has jumped by that much, since ${timeOf(since, at)}: nothing expires, no hold ends, nothing is erased and nothing is given up by it until they agree.` as Words
}
