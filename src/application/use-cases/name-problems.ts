import { Effect, Option } from "effect"
import { type Dependency, Health, type Parked, type Work } from "../health.ts"
import {
  blockedWords,
  clockWords,
  downWords,
  failingWords,
  failingWorkWords,
  type Moment,
  parkedWords,
  timeOf
} from "../outage-words.ts"
import { Messages } from "../ports/messages.ts"
import { PublisherState } from "../publishing/publisher-state.ts"
import { statusWords } from "../publishing/status-words.ts"
import { TrustedClock } from "../trusted-clock.ts"
import { lookAtKey } from "./look-at-key.ts"

/** What does not work, in words for whoever asks. */
export type Problem = {
  /** A dependency, the clock, the messages of all registrations, or a registration that is left alone. */
  readonly dependency: Dependency | "clock" | "messages" | "registration"
  /** The kind of call that fails, or what it is that cannot be done with the log. */
  readonly operation?: string
  /** RFC 3339, UTC. */
  readonly since?: string
  readonly detail: string
}

/** What work depends on most, where that is not the log. */
const dependencyOf: { readonly [W in Work]?: Dependency } = { publish: "kafka", destroy_keys: "keys" }

export const problemsOf = Effect.fnUntraced(function* (at: Moment) {
  const health = yield* Health
  const publisher = (yield* PublisherState).status()
  const { blocked } = Option.getOrUndefined(yield* Effect.option((yield* Messages).end)) ?? {}
  const { doubt } = yield* TrustedClock
  const wrong = doubt(at.wall)
  const parked = yield* Effect.filter(health.parked(), isStillParked)
  const problems: ReadonlyArray<Problem> = [
    ...health.downs().map((down) => ({
      dependency: down.dependency,
      since: timeOf(down.since, at),
      detail: downWords(down, at)
    })),
    ...health.failingWorks().map((failing) => ({
      dependency: dependencyOf[failing.work] ?? "eventStore",
      operation: failing.work,
      since: timeOf(failing.since, at),
      detail: failingWorkWords(failing, at)
    })),
    ...health.failing().map((failing) => ({
      dependency: failing.call === "upload" ? ("storage" as const) : ("platform" as const),
      operation: failing.call,
      since: timeOf(failing.since, at),
      detail: failingWords(failing, at)
    })),
    ...(publisher.condition === "down"
      ? [{ dependency: "kafka" as const, since: timeOf(publisher.since, at), detail: statusWords(publisher, at) }]
      : []),
    ...(wrong
      ? [
          {
            dependency: "clock" as const,
            since: timeOf(wrong.since, at),
            detail: clockWords(wrong.difference, wrong.since, at)
          }
        ]
      : []),
    ...(blocked ? [{ dependency: "messages" as const, detail: blockedWords(blocked) }] : []),
    ...parked.map((each) => ({ dependency: "registration" as const, detail: parkedWords(each) }))
  ]
  return problems
})

/** What was erased since misses its key no more. */
const isStillParked = (parked: Parked) =>
  parked._tag === "KeyMissing"
    ? Effect.map(lookAtKey(parked.keyId), (key) => key?._tag !== "Destroyed")
    : Effect.succeed(true)
