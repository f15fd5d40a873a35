import { Clock, Effect, Exit, Option, Redacted } from "effect"
import { urlsCallOf } from "../../domain/registration/registration.ts"
import { sessionId } from "../history/ids.ts"
import type { Known } from "../history/loaded.ts"
import { LogIdentity } from "../history/log-identity.ts"
import { sealUrls } from "../personal-data.ts"
import { EsignPlatform, type IssuedUrls } from "../ports/esign-platform.ts"
import { ObjectStorage } from "../ports/object-storage.ts"
import { Vault } from "../ports/vault.ts"
import { Settings } from "../settings.ts"
import { calling } from "./calling.ts"
import { millisOfEarlierUrlCalls } from "./earlier-url-calls.ts"
import { mayTransmit } from "./may-transmit.ts"
import { record, refusalOf } from "./record.ts"
import { type DueStep, done, putOffUntil } from "./stepped.ts"
import { lookAgain, tryAgain } from "./try-again.ts"
import { UrlCalls } from "./url-calls.ts"

/** Claims the URL call if it is not ours yet, makes it, and records the submission that it opened. */
export const issueUrls = Effect.fnUntraced(function* (due: DueStep) {
  const { id } = due
  const { owner } = yield* Settings
  const platform = yield* EsignPlatform
  const calls = yield* UrlCalls
  const n = due.state.submissions
  const session = sessionId(id, "urls", n, yield* LogIdentity)
  // Nothing is asked for that could not be sealed.
  yield* Vault.use((vault) => vault.keyFingerprint(due.state.request.personal.keyId))
  const wait = yield* millisOfEarlierUrlCalls(due)
  if (wait > 0) return putOffUntil(due.revision, due.now + Math.ceil(wait), due.tries)
  calls.begin(id)
  const claimed =
    urlsCallOf(due.state)?.owner === owner
      ? due
      : yield* Effect.onError(record(id, { _tag: "ClaimUrls", try: n, owner, sessionId: session }, due), () =>
          Effect.sync(() => calls.end(id, "none", performance.now()))
        )
  const { revision } = claimed
  const claim = urlsCallOf(claimed.state)
  const guard = yield* mayTransmit(id, urlsCallOf, claim, claimed !== due)
  return yield* calling(
    "urls",
    id,
    platform.issueUrls({ user: userOf(due), sessionId: session, mayTransmit: guard })
  ).pipe(
    Effect.onExit((exit) => Effect.sync(() => calls.end(id, effectOf(exit), performance.now()))),
    Effect.flatMap((issued) => recordUrls(due, n, issued, claimed)),
    Effect.flatMap((recorded) =>
      // Under the id of the submission that ran out there is nothing new to record.
      recorded.revision === revision && urlsCallOf(recorded.state)
        ? lookAgain(due, revision)
        : Effect.succeed(done(recorded.revision))
    ),
    Effect.catchTags({
      PlatformUnavailable: (error) => tryAgain(due, revision, "urls", error),
      PlatformRefused: (error) =>
        Effect.map(record(id, { ...refusalOf(error), try: n }, claimed), (recorded) => done(recorded.revision)),
      GateClosed: () => tryAgain(due, revision, "urls"),
      Superseded: () => lookAgain(due, revision)
    })
  )
})

/** What of the transmissions may still come, once the call is over. */
const effectOf = (exit: Exit.Exit<unknown, { readonly _tag: string; readonly effect?: "none" | "unknown" }>) => {
  if (Exit.isSuccess(exit)) return "none"
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  return error && error.effect !== "unknown" ? "none" : "unknown"
}

const recordUrls = Effect.fnUntraced(function* ({ id, state }: DueStep, n: number, issued: IssuedUrls, known: Known) {
  const storage = yield* ObjectStorage
  const answeredAt = yield* Clock.currentTimeMillis
  const { ktp, selfie } = Redacted.value(issued.urls)
  // Such a URL is never called: neither now nor by whoever would find it in the log.
  if (![ktp, selfie].every((url) => storage.accepts(Redacted.make(url))))
    return yield* record(id, { _tag: "RecordRefusal", try: n, reasonCode: "storage_host_refused" }, known)
  const urls = yield* sealUrls(id, state.request.personal.keyId, issued.urls)
  const expiresAt = new Date(answeredAt + issued.lifetime).toISOString()
  return yield* record(id, { _tag: "RecordUrls", try: n, submissionId: issued.submissionId, expiresAt, urls }, known)
})

export const userOf = ({ state: { request } }: DueStep) => ({
  partnerUserId: request.partnerUserId,
  partnerUserIdType: request.partnerUserIdType
})
