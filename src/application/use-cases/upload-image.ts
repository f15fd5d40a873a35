import { Cause, Clock, Effect, Exit, Predicate, Redacted } from "effect"
import type { ImageRefused } from "../../domain/image/image-refused.ts"
import type { Document, MediaType } from "../../domain/registration/events.ts"
import { hasRunOut, type Instant, maxSubmissions, type Submission } from "../../domain/registration/registration.ts"
import { actorOf, type Caller } from "../caller.ts"
import { sessionId } from "../history/ids.ts"
import { LogIdentity } from "../history/log-identity.ts"
import { type CheckedImage, HeldBackImage } from "../image/held-back-image.ts"
import type { UploaderGone, UploadStalled } from "../image/upload-errors.ts"
import { openUrls } from "../personal-data.ts"
import { ObjectStorage, StorageRefused } from "../ports/object-storage.ts"
import { callAnswered, callFailed } from "../report-call.ts"
import { Settings } from "../settings.ts"
import { callOutcomeOf, timedCall } from "../timed-call.ts"
import { transact } from "../transact.ts"
import { TryAgainLater } from "../try-again-later.ts"
import { awaitUrls, type WithUrls } from "./await-urls.ts"
import { inTurnOf } from "./document-turn.ts"
import { findRegistration } from "./find-registration.ts"
import { refuseStorageHost } from "./refuse-storage-host.ts"
import { recordRanOut, renewUrls } from "./renew-urls.ts"

export type ImageUpload = {
  readonly id: string
  readonly caller: Caller
  readonly document: Document
  /** What the Content-Type says; undefined when the bytes decide. */
  readonly declared: MediaType | undefined
  /** Bytes, as promised by the Content-Length. */
  readonly size: number
  /** Throws `UploadStalled` or `UploaderGone`. */
  readonly body: AsyncIterable<Uint8Array>
}

/** Streams an image through to the storage and records it. Its last bytes leave only after it was checked and its claim is in the log. */
export const uploadImage = Effect.fnUntraced(function* (upload: ImageUpload) {
  // Who may not see it must not wait for those who may.
  yield* findRegistration(upload.id, upload.caller)
  const uploaded = yield* inTurnOf(upload.id, upload.document, inTurn(upload))
  return { id: upload.id, ...uploaded }
})

const inTurn = Effect.fnUntraced(function* (upload: ImageUpload) {
  const found = yield* awaitUrls(upload.id, upload.caller)
  const image = new HeldBackImage(upload.body, upload.declared)
  if (isThere(upload, found)) return yield* compare(upload, found, image)
  const mediaType = yield* reading(() => image.begin())
  if (!mustRenew(found, yield* Clock.currentTimeMillis))
    return yield* send(upload, found, image, mediaType).pipe(
      // The storage says so only after it was sent something: this image has to come again.
      Effect.catchTag("UrlExpired", () => Effect.andThen(renewUrls(found), new TryAgainLater()))
    )
  yield* renewUrls(found)
  const renewed = yield* awaitUrls(upload.id, upload.caller)
  if (isThere(upload, renewed)) return yield* compare(upload, renewed, image)
  return yield* send(upload, renewed, image, mediaType).pipe(
    // The new URLs ran out as well, for the same call.
    Effect.catchTag("UrlExpired", () =>
      Effect.andThen(recordRanOut(renewed), new StorageRefused({ code: "url_expired_again" }))
    )
  )
})

const isThere = ({ document }: ImageUpload, { state, submission }: WithUrls): boolean =>
  state._tag !== "AwaitingImages" || submission.images[document] !== undefined

/** Where no further URLs are to be had, the last ones are tried as long as they may be good: a storage can change its mind. */
const mustRenew = ({ state, submission }: WithUrls, now: Instant): boolean =>
  now >= submission.expiresAt || (hasRunOut(submission, now) && state.submissions < maxSubmissions)

/** The document is there: the same image is fine, another one is not. Nothing is sent. */
const compare = Effect.fnUntraced(function* (upload: ImageUpload, found: WithUrls, image: HeldBackImage) {
  const checked = yield* reading(() => image.check())
  return yield* record(upload, found.submission, checked)
})

const send = Effect.fnUntraced(function* (
  upload: ImageUpload,
  found: WithUrls,
  image: HeldBackImage,
  mediaType: MediaType
) {
  const storage = yield* ObjectStorage
  const { submission } = found
  const urls = yield* openUrls(upload.id, submission.urls)
  const context = yield* Effect.context<Effect.Services<ReturnType<typeof claim>>>()
  let claimed: CheckedImage | undefined
  const body = image.bytes(async (complete) => {
    const exit = await Effect.runPromiseExitWith(context)(claim(upload, found, complete))
    if (Exit.isFailure(exit)) throw Cause.squash(exit.cause)
    claimed = complete
  })
  const url = Redacted.make(Redacted.value(urls)[upload.document])
  yield* timedCall("upload", storage.put(url, { mediaType, size: upload.size, body }), (exit) =>
    claimed || Exit.isFailure(exit) ? callOutcomeOf(exit) : "refused"
  ).pipe(
    Effect.tap(() => callAnswered("upload")),
    Effect.tapErrorTag("StorageUnavailable", ({ code }) => callFailed("upload", code)),
    // A no is an answer too.
    Effect.tapErrorTag("StorageRefused", () => callAnswered("upload")),
    Effect.tapErrorTag("UrlExpired", () => callAnswered("upload")),
    Effect.catchTags({
      BodyAborted: () => failedReading(image.thrown),
      StorageHostRefused: () => refuseStorageHost(upload.id, submission)
    })
  )
  // A storage that says yes before it has all of the image has not stored it.
  if (!claimed) return yield* new StorageRefused({ code: "answered_early" })
  return yield* record(upload, submission, claimed)
})

const claim = Effect.fnUntraced(function* (
  upload: ImageUpload,
  { state, submission }: WithUrls,
  { sha256 }: CheckedImage
) {
  const { owner } = yield* Settings
  const { id, document } = upload
  return yield* transact(
    id,
    {
      _tag: "ClaimUpload",
      submissionId: submission.id,
      document,
      sha256,
      owner,
      sessionId: sessionId(id, "upload", state.submissions, yield* LogIdentity)
    },
    { actor: actorOf(upload.caller) }
  )
})

const record = (
  { id, caller, document, size }: ImageUpload,
  submission: Submission,
  { sha256, mediaType }: CheckedImage
) =>
  transact(
    id,
    { _tag: "RecordImage", submissionId: submission.id, document, sha256, size, mediaType },
    { actor: actorOf(caller) }
  )

type ReadingError = ImageRefused | UploadStalled | UploaderGone | Effect.Error<ReturnType<typeof claim>>

/** Reading an image throws tagged values; anything else is a bug. */
const failedReading = (thrown: unknown): Effect.Effect<never, ReadingError> =>
  Predicate.hasProperty(thrown, "_tag") ? Effect.fail(thrown as ReadingError) : Effect.die(thrown)

const reading = <A>(read: () => Promise<A>) =>
  Effect.tryPromise({ try: read, catch: (thrown) => ({ thrown }) }).pipe(
    Effect.catch(({ thrown }) => failedReading(thrown))
  )
