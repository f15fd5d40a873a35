import { certificateOf, isSettled } from "../../src/domain/registration/registration.ts"
import { isPending, lastWord } from "./platform.ts"
import { pace } from "./process.ts"
import { type Replayed, verdictOf } from "./replay.ts"
import type { World } from "./world.ts"

/** Milliseconds from a look at the stream until whoever looked knows: what he does then was decided before. */
const longestAnswer = 20

/** What must hold of a registration that came to rest, against all that the platform and its storage were asked and did. */
export const checkEnd = (world: World, id: string, { state, events, hashes }: Replayed): void => {
  const { platform, rows } = world
  const rule = (holds: boolean, name: string, detail = "") => {
    if (!holds) world.breaks(name, `${id} ${detail}`)
  }
  const claims = events.flatMap(({ event, at }) => (event._tag === "CallStarted" ? [{ ...event, at }] : []))
  const sessions = new Set(claims.map(({ sessionId }) => sessionId))

  rule(isSettled(state), "never_settled", state._tag)
  const row = rows.rows.get(id)
  rule(row?.revision === hashes.length - 1 && row.state._tag === state._tag, "row_differs")

  const executed = platform.submissions.filter(({ openedBy, confirmedBy }) => sessions.has(openedBy) && confirmedBy)
  rule(executed.length <= 1, "two_confirmations")
  const said = executed[0] && lastWord(executed[0])
  const shown = events.flatMap(({ event }) => verdictOf(event) ?? [])[0]
  rule(!executed.some(isPending) && said === shown, "other_than_the_platforms_word", `${shown}, not ${said}`)
  const certificate = state._tag === "Initial" ? undefined : certificateOf(state)
  rule(!certificate || certificate.registrationId === `certificate of ${executed[0]?.id}`, "other_certificate")
  rule(state._tag !== "Withdrawn" || world.withdrawn.has(id), "nobody_withdrew_it")
  const isRefused = events.some(({ event }) => event._tag === "Failed" && event.by === "refusal")
  rule(!isRefused || [...sessions].some((session) => platform.refused.has(session)), "never_refused")

  const withdrawal = world.acknowledged.find(
    (told) => told.id === id && (told.did === "withdraw" || told.did === "erase")
  )
  const withdrawnAt = withdrawal?.at ?? Number.POSITIVE_INFINITY
  const sent = platform.transmissions.filter(({ session }) => sessions.has(session))
  for (const [n, { session, owner, call, at }] of sent.entries()) {
    const claim = claims.find((one) => one.sessionId === session && one.owner === owner && one.at <= at)
    rule(claim !== undefined, "sent_unclaimed", call)
    // The first one of a claim that was just appended is on its way already.
    const isFirst = !sent.slice(0, n).some((before) => before.session === session && before.owner === owner)
    const isJustClaimed = isFirst && claim !== undefined && at - claim.at <= pace.esignTimeout / 2
    rule(at <= withdrawnAt + longestAnswer || isJustClaimed, "sent_after_a_withdrawal", call)
  }

  for (const { event } of events)
    if (event._tag === "ImageUploaded" && event.via === "service") {
      const { submissionId, document, sha256 } = event
      const isStored = platform.uploads.some(
        (one) => one.isTaken && one.to === submissionId && one.document === document && one.sha256 === sha256
      )
      rule(isStored, "recorded_and_not_stored", document)
    }
  const submissions = new Set(platform.submissions.flatMap((one) => (sessions.has(one.openedBy) ? one.id : [])))
  for (const { to, document, sha256, at } of platform.uploads)
    if (submissions.has(to)) {
      const isClaimed = claims.some(
        (one) => one.call === "upload" && one.document === document && one.sha256 === sha256 && one.at <= at
      )
      rule(isClaimed, "stored_unclaimed", document)
    }
}
