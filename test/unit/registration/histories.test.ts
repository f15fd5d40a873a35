import { describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Result } from "effect"
import { expect } from "vitest"
import { nextAttempt } from "../../../src/domain/registration/attempts.ts"
import { decide } from "../../../src/domain/registration/decide.ts"
import type { RegistrationEvent } from "../../../src/domain/registration/events.ts"
import { isReportAhead, nextStep } from "../../../src/domain/registration/next-step.ts"
import {
  certificateOf,
  confirmationOf,
  isEnded,
  isSettled,
  maxSubmissions,
  type Registration,
  stateNames,
  submissionOf
} from "../../../src/domain/registration/registration.ts"
import { start } from "../../support/given.ts"
import { eraseAfter, eventsOf, moves, type Played, play, uploadWindow } from "../../support/played-histories.ts"
import { endHold, eraseWhenDue, expire, placeHold } from "../../support/registration-commands.ts"

/** A property of whole histories, 400 of them; a failure says how to replay it. */
const forAll = (name: string, property: (played: ReadonlyArray<Played>) => void) =>
  it.prop(name, [moves], ([all]) => property(play(all)), { arbitrary: { runs: 400, size: 60 } })

const pace = { uploadWindow, verdictPollAfter: 60_000 }

const isVerdict = (event: RegistrationEvent): boolean =>
  event._tag === "CertificateIssued" || event._tag === "Rejected" || (event._tag === "Failed" && event.by === "verdict")
const count = (events: ReadonlyArray<RegistrationEvent>, is: (event: RegistrationEvent) => boolean): number =>
  events.filter(is).length
const tagIs = (tag: RegistrationEvent["_tag"]) => (event: RegistrationEvent) => event._tag === tag

/** The submission that a command names, if it names one. */
const namedBy = ({ command }: Played): string | undefined => {
  if (command._tag === "RecordResult") return command.result.submissionId
  // New URLs open the submission that they name.
  return command._tag !== "RecordUrls" && "submissionId" in command ? command.submissionId : undefined
}

describe("whole histories", () => {
  it.effect("as they are made here reach every state", () =>
    Effect.map(Arbitrary.sampleEffect(moves, { count: 600, size: 60, seed: "every state" }), (sample) => {
      const reached = new Set(sample.flatMap(play).map(({ after }) => after._tag))
      expect([...reached].sort()).toEqual(["Initial", ...Object.keys(stateNames)].sort())
      expect(sample.map(play).some((played) => played.some(({ after }) => "verdict" in after))).toBe(true)
    })
  )

  forAll("the same command twice adds nothing the second time", (played) => {
    for (const { command, after } of played) expect(Result.getOrElse(decide(command, after), () => [])).toEqual([])
  })

  forAll("a decision depends on command and state alone, and changes neither", (played) => {
    for (const { command, before, decision } of played) {
      const copy = structuredClone({ command, before })
      expect(decide(copy.command, copy.before)).toEqual(decision)
      expect(copy).toEqual({ command, before })
    }
  })

  forAll("an end is final, and so is being settled; whatever comes late is recorded", (played) => {
    for (const { before, after, added } of played) {
      if (isEnded(before)) expect(after._tag).toBe(before._tag)
      if (isSettled(before)) expect(isSettled(after)).toBe(true)
      const verdict = added.find(isVerdict)
      if (verdict && isEnded(before)) expect("verdict" in after && after.verdict).toBeTruthy()
      if (verdict) expect(isSettled(after)).toBe(true)
      if (verdict?._tag === "CertificateIssued") expect(certificateOf(after)).toBeDefined()
    }
  })

  forAll("no verdict without the platform's word on the current submission, after a claimed confirm", (played) => {
    const before: Array<RegistrationEvent> = []
    for (const { command, added, before: state } of played) {
      const verdict = added.find(isVerdict)
      if (verdict) {
        const result = command._tag === "RecordResult" ? command.result : undefined
        expect(result?.submissionId).toBe(submissionOf(state)?.id)
        expect(before.some((event) => event._tag === "CallStarted" && event.call === "confirm")).toBe(true)
        if (verdict._tag !== "Failed") {
          const word = verdict._tag === "CertificateIssued" ? "VALID" : "INVALID"
          expect(result).toMatchObject({ status: "COMPLETED", result: word })
        }
      }
      before.push(...added)
    }
  })

  forAll("what names another submission than the current one is refused", (played) => {
    for (const one of played) {
      const named = namedBy(one)
      // Before there is one, the other is what a person is to look at.
      if (one.command._tag === "RaiseAttention" && one.before._tag === "Requested") continue
      if (named !== undefined && named !== submissionOf(one.before)?.id)
        expect(Result.isFailure(one.decision)).toBe(true)
    }
  })

  forAll("a submission that is being replaced does not become complete: the platform would hear of two", (played) => {
    for (const { added, before } of played)
      if (added.some(tagIs("ImagesUploaded"))) expect("urlsCall" in before && before.urlsCall).toBeFalsy()
  })

  forAll("what can be once is once", (played) => {
    const events = eventsOf(played)
    for (const tag of [
      "IdentityVerified",
      "Confirmed",
      "NotConfirmed",
      "ImagesUploaded",
      "Withdrawn",
      "Expired",
      "ErasureRequested",
      "PersonalDataErased"
    ] as const)
      expect(count(events, tagIs(tag)), tag).toBeLessThanOrEqual(1)
    expect(count(events, isVerdict)).toBeLessThanOrEqual(1)
    expect(count(events, tagIs("UrlsIssued"))).toBeLessThanOrEqual(maxSubmissions)
    expect(count(events, tagIs("Requested"))).toBe(events.length > 0 ? 1 : 0)
    expect(events[0]?._tag ?? "Requested").toBe("Requested")
    for (const { added } of played)
      expect(count(added, tagIs("ImagesUploaded"))).toBe(hasSecondImage(added, events) ? 1 : 0)
  })

  forAll("only what is over needs nothing more; nobody waits for a moment that is past", (played) => {
    for (const { after, at } of played) {
      const step = nextStep(after, at, pace)
      const isKept = after._tag !== "Initial" && after.hold !== undefined
      const isAskedFor = after._tag !== "Initial" && !after.erased && after.erasureRequested !== undefined
      expect(step._tag === "Nothing").toBe(after._tag === "Initial" || (isSettled(after) && !isKept && !isAskedFor))
      if (step._tag === "WaitUntil") expect(step.at).toBeGreaterThan(at)
      if (step._tag === "Poll") expect(confirmationOf(after)).toBeDefined()
      if (isReportAhead(after)) expect(["Poll", "EndHold", "Erase"]).toContain(step._tag)
      if (after._tag !== "Initial" && after.erased && !isEnded(after)) expect(step._tag).toBe("Erase")
    }
  })

  forAll("what is said to be due is not refused, and gets on", (played) => {
    for (const { after, at } of played) {
      const step = nextStep(after, at, { ...pace, eraseAfter })
      const commands = { EndHold: endHold(at), Erase: eraseWhenDue(at, eraseAfter), Expire: expire(at, uploadWindow) }
      if (step._tag !== "EndHold" && step._tag !== "Erase" && step._tag !== "Expire") continue
      expect(Result.getOrThrow(decide(commands[step._tag], after)).length).toBeGreaterThan(0)
    }
  })

  forAll("nothing is erased while a hold is in force; afterwards it is no more, and none is placed", (played) => {
    for (const { command, before, after, added } of played) {
      if (before._tag === "Initial" || after._tag === "Initial" || !added.some(tagIs("PersonalDataErased"))) continue
      expect(after.hold).toBeUndefined()
      if (before.hold && command._tag !== "RecordErased")
        expect("at" in command && command.at).toBeGreaterThanOrEqual(before.hold.until)
      expect(decide(placeHold(start + 1e9), after)).toEqual(Result.fail({ _tag: "PersonalDataErased" }))
    }
  })

  forAll("a user's next attempt starts only when the one before is settled", (played) => {
    for (const { after } of played) {
      if (after._tag === "Initial") continue
      const attempts = [{ id: "1", state: after satisfies Registration }]
      const mayStart = (renew: boolean) => Result.isSuccess(nextAttempt(attempts, { renew, maxAttempts: 50 }))
      expect(mayStart(true)).toBe(isSettled(after))
      expect(mayStart(false)).toBe(isSettled(after) && certificateOf(after) === undefined)
    }
  })
})

/** Whether these events hold the second image of a submission. */
const hasSecondImage = (added: ReadonlyArray<RegistrationEvent>, all: ReadonlyArray<RegistrationEvent>): boolean =>
  added.some(
    (event) =>
      event._tag === "ImageUploaded" &&
      all
        .slice(0, all.indexOf(event))
        .some((one) => one._tag === "ImageUploaded" && one.submissionId === event.submissionId)
  )
