import { Effect } from "effect"
import { process } from "../caller.ts"
import { sessionId } from "../history/ids.ts"
import { Settings } from "../settings.ts"
import { transact } from "../transact.ts"

/**
 * Claims the call for further URLs after the ones of submission number `n` ran out; the driver makes it. Whoever asks second finds the
 * claim, or the new submission, there already.
 */
export const renewUrls = Effect.fnUntraced(function* (id: string, n: number) {
  const { owner } = yield* Settings
  yield* transact(
    id,
    { _tag: "ClaimUrls", try: n, owner, sessionId: sessionId(id, "urls", n) },
    { actor: process(owner) }
  ).pipe(
    Effect.catchIf(
      (error) => error._tag === "AnotherSubmission" || error._tag === "WrongState",
      () => Effect.void
    )
  )
})
