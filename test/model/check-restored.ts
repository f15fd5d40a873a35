import { attentionOf } from "../../src/domain/registration/attention.ts"
import { isSettled, submissionOf } from "../../src/domain/registration/registration.ts"
import { checkErasing } from "./check-erasing.ts"
import { isPending, lastWord } from "./platform.ts"
import { type Replayed, replay, verdictOf } from "./replay.ts"
import type { World } from "./world.ts"

/** What must hold of a history whose log was put back, beside what the platform must never see. */
export const checkRestored = (world: World): void => {
  for (const [stream, replayed] of replay(world)) {
    checkRegistration(world, stream, replayed)
    checkErasing(world, stream.replace("registration-", ""), replayed)
  }
  const { platform, sessionsBefore, restoredAt } = world
  for (const { session, call, at } of platform.transmissions)
    if (at > restoredAt && sessionsBefore.has(session)) world.breaks("session_used_again", `${call} ${session}`)
}

const checkRegistration = (world: World, stream: string, { state, events }: Replayed): void => {
  const rule = (holds: boolean, name: string) => {
    if (!holds) world.breaks(name, `${stream} ${state._tag}`)
  }
  const isLeft = attentionOf(state)?.reason === "another_submission"
  rule(isLeft || isSettled(state), "never_settled")
  if (isLeft || state._tag === "Initial") return
  const submission = world.platform.of(submissionOf(state)?.id ?? "")
  // What a later submission hides nobody finds out; where the data is gone, it is not opened anew either.
  if (state.erased && world.platform.ofUser(state.request.partnerUserId).at(-1) !== submission) return
  const word = submission && lastWord(submission)
  const shown = events.flatMap(({ event }) => verdictOf(event) ?? [])[0]
  rule(word === shown && !(submission && isPending(submission)), "other_than_the_platforms_word")
}
