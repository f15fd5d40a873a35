import { Effect, Exit, Redacted } from "effect"
import {
  type Call,
  type EsignPlatform,
  PlatformRefused,
  PlatformUnavailable,
  type PollAnswer
} from "../../src/application/ports/esign-platform.ts"
import type { TrustedClock } from "../../src/application/trusted-clock.ts"
import { lifetime, type Word } from "./platform.ts"
import type { World } from "./world.ts"

type Operation = "urls" | "confirm" | "poll"
type Answer<A> = Effect.Effect<A, PlatformRefused | PlatformUnavailable>

/** As in the settings of a process. */
export const esignTimeout = 10_000
/** Milliseconds after which a call that we gave up is executed at the latest. */
const longestLate = 9000

/** The platform as one process reaches it. */
export const esignPort = (
  world: World,
  owner: string,
  isCut: () => boolean,
  clock: TrustedClock["Service"]
): EsignPlatform["Service"] => {
  const { platform, time, random } = world

  const exchange = <A>(operation: Operation, call: Call, execute: () => Answer<A>): Answer<A> =>
    Effect.callback((resume) => {
      const fault = world.faults.get(operation)?.shift()
      const unavailable = (effect: "none" | "unknown", code: string) =>
        Exit.fail(new PlatformUnavailable({ operation, effect, code }))
      const refused = () => {
        platform.refused.add(call.sessionId)
        return Exit.fail(new PlatformRefused({ operation, reasonCode: "UNKNOWN_PARTNER", platformCode: "110" }))
      }
      const answer = (exit: Exit.Exit<A, PlatformRefused | PlatformUnavailable>, millis: number, isHeard = true) =>
        time.later(millis, () => {
          if (isCut()) return
          if (isHeard) clock.compare(world.flaw === "adapter_trusts_our_clock" ? time.wall : time.now, time.wall)
          resume(exit)
        })
      const pause = () => random.pick([0, 3, 30, 200, 900])
      if (operation !== "poll")
        platform.transmissions.push({ call: operation, session: call.sessionId, owner, at: time.now })
      if (time.now < platform.downUntil) return answer(unavailable("none", "ECONNREFUSED"), pause(), false)
      if (fault === "turned_away") return answer(unavailable("none", "http_401"), random.pick([30, 900, 3000]))
      if (fault === "lost_before") return answer(unavailable("unknown", "ECONNRESET"), pause(), false)
      if (fault === "refused") return answer(refused(), pause())
      if (fault === "late") {
        time.later(esignTimeout + random.below(longestLate), () => void Effect.runSyncExit(execute()))
        return answer(unavailable("unknown", "timeout"), esignTimeout, false)
      }
      time.later(pause(), () => {
        const exit = Effect.runSyncExit(execute())
        if (fault === "lost_after") answer(unavailable("unknown", "ECONNRESET"), pause(), false)
        else answer(exit, pause())
      })
    })

  /** Asked right before each transmission; after a 401 once more with another token. */
  const transmit = <A>(operation: Operation, call: Call, execute: () => Answer<A>) => {
    const guard = world.flaw === "adapter_transmits_unasked" ? Effect.void : call.mayTransmit
    const once = Effect.andThen(guard, exchange(operation, call, execute))
    return Effect.catchIf(
      once,
      (error) => error._tag === "PlatformUnavailable" && error.code === "http_401",
      () => once
    )
  }

  return {
    issueUrls: (call) =>
      transmit("urls", call, () => {
        const { id } = platform.open(call.user.partnerUserId, call.sessionId, time.now)
        const at = (document: string) => `https://storage.example/${id}/${document}`
        const urls = Redacted.make({ ktp: at("ktp"), selfie: at("selfie") })
        return Effect.succeed({ submissionId: id, lifetime, urls })
      }),
    confirm: (call, submissionId) =>
      transmit("confirm", call, () => {
        const isNew = world.flaw === "adapter_makes_a_session_a_transmission"
        const session = isNew ? `${call.sessionId} ${random.below(1e9)}` : call.sessionId
        if (platform.confirm(call.user.partnerUserId, session, submissionId, time.now)) return Effect.void
        platform.refused.add(call.sessionId)
        return Effect.fail(new PlatformRefused({ operation: "confirm", reasonCode: "NO", platformCode: "1653" }))
      }),
    poll: (call, submissionId) =>
      transmit("poll", call, () => {
        const { partnerUserId } = call.user
        const isMixedUp = world.flaw === "poll_answers_for_another_user"
        const other = isMixedUp
          ? platform.submissions.find(({ user, words }) => user !== partnerUserId && words[1])
          : undefined
        const seen = platform.poll(other?.user ?? partnerUserId, time.now)
        if (other === undefined && seen !== undefined && seen.id !== submissionId)
          return Effect.succeed<PollAnswer>({
            _tag: "AnotherSubmission",
            submissionId: seen.id,
            isConfirmed: seen.word !== undefined
          })
        if (seen?.word === undefined) return Effect.succeed<PollAnswer>({ _tag: "NotConfirmed" })
        platform.said.add(`${submissionId} ${seen.word}`)
        return Effect.succeed<PollAnswer>({ _tag: "Known", submissionId, ...resultOf(submissionId, seen.word) })
      })
  }
}

/** A word as the platform writes it. */
export const resultOf = (submissionId: string, word: Word) => {
  switch (word) {
    case "IN_PROGRESS":
    case "PARTIALLY_COMPLETED":
      return { status: word }
    case "ERROR":
      return { status: word, reasonCode: "SYSTEM_ERROR" } as const
    case "INVALID":
      return { status: "COMPLETED", result: word, reasonCode: "DUKCAPIL_REJECTED" } as const
    case "VALID":
      return { status: "COMPLETED", result: word, certificateRegistrationId: `certificate of ${submissionId}` } as const
  }
}
