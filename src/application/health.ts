import { Context, Layer } from "effect"
import { BoundedMap } from "./bounded-map.ts"
import { type FailureRun, FailureRuns } from "./failure-runs.ts"
import type { UnusableEvent } from "./history/unusable-event.ts"
import type { Position } from "./ports/event-store.ts"
import { type PlatformCall, platformCalls } from "./ports/telemetry.ts"

export const dependencies = ["eventStore", "keys", "platform", "storage", "kafka"] as const
export type Dependency = (typeof dependencies)[number]
export type Condition = "up" | "down" | "off"

/** Known by being probed; platform and storage by their calls. */
type Probed = "eventStore" | "keys"

/** A kind of call whose last one failed. */
export type Failing = FailureRun & {
  readonly call: PlatformCall
  /** When it is tried again, where one at a time is: milliseconds of the monotonic clock. */
  readonly nextTryAt?: number | undefined
}
/** What does not answer when it is probed, since a time of the monotonic clock. */
export type Down = { readonly dependency: Probed; readonly since: number; readonly code: string }

/** What goes on by itself as long as the process lives. */
export const works = [
  "drive",
  "projection",
  "check_history",
  "rebuild_views",
  "operator_requests",
  "publish",
  "destroy_keys",
  "sign_checkpoints"
] as const
export type Work = (typeof works)[number]
/** Work that fails each time that it is begun anew. */
export type FailingWork = FailureRun & { readonly work: Work }

/** An unusable event, or a key that is missing and was never destroyed: the registration is left alone. */
export type Parked =
  | { readonly _tag: UnusableEvent["_tag"]; readonly stream: string; readonly revision: number }
  /** `revision`: the registration's last one. */
  | { readonly _tag: "KeyMissing"; readonly stream: string; readonly revision: number; readonly keyId: string }

/** How far the slow check of the whole history is, and what it found. */
export type HistoryCheck = {
  readonly checkedTo: Position
  /** When it last came to the end of the log: RFC 3339, UTC. */
  readonly at?: string | undefined
  /** A sentence about the first event that is not what was written. */
  readonly flaw?: string | undefined
  /** Why it does not go on: a code, while the log cannot be read. */
  readonly outage?: string | undefined
}

/** Milliseconds for which a failed call is told of although others get through: longer than any pause between two tries, by default. */
const toldFor = 5 * 60_000
/** Milliseconds after which work that has not failed again is taken for mended: it may go on without a word, and fails after half a minute at the latest. */
const mendedAfter = 60_000
/** Parked registrations that are named; a person looks at one after the other. */
const mostNamed = 100
/** Of so many it is known that they were told of. */
const mostParked = 10_000

/** How the things that we depend on were when they were last used, what is known of the history, and whether this process is stopping. */
export class Health extends Context.Service<Health, HealthNow>()("certreg/application/Health") {
  static readonly layer = Layer.sync(Health, () => new HealthNow())
}

class HealthNow {
  readonly #failures = new FailureRuns<PlatformCall>(platformCalls.length)
  readonly #nextTries = new Map<PlatformCall, number | undefined>()
  readonly #down = new Map<Probed, Down>()
  readonly #failingWorks = new FailureRuns<Work>(works.length)
  readonly #parked = new BoundedMap<string, Parked>(mostParked)
  /** When any call of the platform was answered last. */
  #answeredAt = Number.NEGATIVE_INFINITY
  #historyCheck: HistoryCheck = { checkedTo: 0 }
  #stoppedAt: number | undefined

  /** A call was answered. Answers how it failed before, if it did. */
  readonly answered = (call: PlatformCall): FailureRun | undefined => {
    this.#nextTries.delete(call)
    if (call !== "upload") this.#answeredAt = performance.now()
    return this.#failures.succeeded(call)
  }

  /** A call failed. `nextTryAt`: when the next one of this kind may be made, where not every one may. */
  readonly failed = (call: PlatformCall, now: number, code: string, nextTryAt?: number): FailureRun => {
    this.#nextTries.set(call, nextTryAt)
    return this.#failures.failed(call, now, code)
  }

  /** Answers what it was before. */
  readonly up = (dependency: Probed): Down | undefined => {
    const before = this.#down.get(dependency)
    this.#down.delete(dependency)
    return before
  }

  /** Answers whether it was up before. */
  readonly down = (dependency: Probed, now: number, code: string): boolean => {
    const before = this.#down.get(dependency)
    this.#down.set(dependency, { dependency, since: before?.since ?? now, code })
    return before === undefined
  }

  /** Platform and storage are down while the last call of any kind failed: that polls get through says nothing of confirmations. */
  readonly conditions = (): Readonly<Record<Exclude<Dependency, "kafka">, Condition>> => {
    const failing = this.failing().map(({ call }) => call)
    const condition = (isDown: boolean): Condition => (isDown ? "down" : "up")
    return {
      eventStore: condition(this.#down.has("eventStore")),
      keys: condition(this.#down.has("keys")),
      platform: condition(failing.some((call) => call !== "upload")),
      storage: condition(failing.includes("upload"))
    }
  }

  readonly failing = (): ReadonlyArray<Failing> =>
    platformCalls.flatMap((call) => {
      const run = this.#failures.of(call)
      return run && !this.#isForgotten(call, run) ? [{ ...run, call, nextTryAt: this.#nextTries.get(call) }] : []
    })

  /** Nobody waits for this kind of call any more, and others get through. */
  #isForgotten(call: PlatformCall, { last }: FailureRun): boolean {
    return call !== "upload" && this.#answeredAt > last && performance.now() - last > toldFor
  }

  readonly downs = (): ReadonlyArray<Down> => [...this.#down.values()]

  /** Work failed, and is begun anew. */
  readonly workFailed = (work: Work, now: number, code: string): void => {
    if (this.#isMended(this.#failingWorks.of(work), now)) this.works(work)
    this.#failingWorks.failed(work, now, code)
  }

  /** Work got something done. */
  readonly works = (work: Work): void => {
    this.#failingWorks.succeeded(work)
  }

  readonly failingWorks = (): ReadonlyArray<FailingWork> =>
    works.flatMap((work) => {
      const run = this.#failingWorks.of(work)
      return run && !this.#isMended(run, performance.now()) ? [{ ...run, work }] : []
    })

  #isMended(run: FailureRun | undefined, now: number): boolean {
    return run !== undefined && now - run.last > mendedAfter
  }

  /** Answers whether that is news. */
  readonly park = (event: Parked): boolean => {
    const { _tag, stream, revision } = event
    const before = this.#parked.get(stream)
    if (before?._tag === _tag && before.revision === revision) return false
    this.#parked.set(stream, event)
    return true
  }

  /** By stream; of this process's life. */
  readonly parked = (): ReadonlyArray<Parked> => [...this.#parked.values().take(mostNamed)]

  /** The unusable event of a stream, if one is known. */
  readonly parkedIn = (stream: string): Parked | undefined => {
    const parked = this.#parked.get(stream)
    return parked?._tag === "KeyMissing" ? undefined : parked
  }

  readonly historyCheck = (): HistoryCheck => this.#historyCheck

  /** What is not given stays as it was. */
  readonly reportHistoryCheck = (news: Partial<HistoryCheck>): void => {
    this.#historyCheck = { ...this.#historyCheck, ...news }
  }

  /** From now on `ready` says no. */
  readonly stop = (): void => {
    this.#stoppedAt ??= performance.now()
  }

  readonly isStopping = (): boolean => this.#stoppedAt !== undefined

  /** Milliseconds since `stop`, 0 before. */
  readonly millisSinceStop = (): number => (this.#stoppedAt === undefined ? 0 : performance.now() - this.#stoppedAt)
}
