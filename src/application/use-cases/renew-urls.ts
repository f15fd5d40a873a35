import { Effect } from "effect"
import { process } from "../caller.ts"
import { sessionId } from "../history/ids.ts"
import { LogIdentity } from "../history/log-identity.ts"
import { Settings } from "../settings.ts"
import { transact } from "../transact.ts"
import type { WithUrls } from "./await-urls.ts"

const goneOn = (error: { readonly _tag: string }) => error._tag === "AnotherSubmission" || error._tag === "WrongState"

/**
 * Claims the call for further URLs after those of a submission ran out; the driver makes it. Whoever asks second finds the claim, or the
 * new submission, there already. When there are no further ones to be had, that is recorded: an operator has to look.
 */
export const renewUrls = Effect.fnUntraced(function* (spent: WithUrls) {
  const { id, state } = spent
  const { owner } = yield* Settings
  const n = state.submissions
  yield* transact(
    id,
    { _tag: "ClaimUrls", try: n, owner, sessionId: sessionId(id, "urls", n, yield* LogIdentity) },
    { actor: process(owner) }
  ).pipe(
    Effect.catchIf(goneOn, () => Effect.void),
    Effect.tapErrorTag("TooManySubmissions", () => recordRanOut(spent))
  )
})

/** Keeps in mind that the URLs of a submission ran out, for whoever needs them next. */
export const recordRanOut = Effect.fnUntraced(function* ({ id, submission }: WithUrls) {
  const { owner } = yield* Settings
  yield* transact(id, { _tag: "RecordRanOut", submissionId: submission.id }, { actor: process(owner) }).pipe(
    Effect.catchIf(goneOn, () => Effect.void)
  )
})
