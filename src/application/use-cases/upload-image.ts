import { Cause, Clock, Effect, Exit, Option, Predicate, Redacted } from "effect"
import type { ImageRefused } from "../../domain/image/image-refused.ts"
import type { Document, MediaType } from "../../domain/registration/events.ts"
import {
  isEnded,
  type State,
  type Submission,
  stateNames,
  submissionOf
} from "../../domain/registration/registration.ts"
import { actorOf, type Caller } from "../caller.ts"
import { Health } from "../health.ts"
import { sessionId } from "../history/ids.ts"
import { readable } from "../history/load.ts"
import { type CheckedImage, HeldBackImage } from "../image/held-back-image.ts"
import type { UploaderGone, UploadStalled } from "../image/upload-errors.ts"
import { openUrls } from "../personal-data.ts"
import { ObjectStorage, StorageRefused } from "../ports/object-storage.ts"
import { Settings } from "../settings.ts"
import { transact } from "../transact.ts"
import { TryAgainLater } from "../try-again-later.ts"
import { Turns } from "../turns.ts"
import { awaitRegistration } from "./await-registration.ts"
import { type Found, findRegistration } from "./find-registration.ts"
import { renewUrls } from "./renew-urls.ts"

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

/** Milliseconds that an upload waits for URLs, or for another upload of the same document. */
const patience = 8000

/** Streams an image through to the storage and records it. Its last bytes leave only after it was checked and its claim is in the log. */
export const uploadImage = Effect.fnUntraced(function* (upload: ImageUpload) {
  // Who may not see it must not wait for those who may.
  yield* findRegistration(upload.id, upload.caller)
  const turns = yield* Turns
  const uploaded = yield* turns.take(`${upload.id}/${upload.document}`, patience, inTurn(upload))
  if (Option.isNone(uploaded)) return yield* new TryAgainLater()
  return { id: upload.id, ...uploaded.value }
})

const isWithoutUrls = (state: State): boolean =>
  state._tag === "Requested" || (state._tag === "AwaitingImages" && state.urlsCall !== undefined)

const awaitUrls = Effect.fnUntraced(function* ({ id, caller }: ImageUpload) {
  const found = yield* awaitRegistration(id, caller, patience, ({ state }) => state.erased || !isWithoutUrls(state))
  if (found.state.erased) return yield* Effect.fail({ _tag: "PersonalDataErased" } as const)
  const submission = submissionOf(found.state)
  if (!submission || (isEnded(found.state) && found.state._tag !== "Issued"))
    return yield* isEnded(found.state)
      ? Effect.fail({ _tag: "WrongState", state: stateNames[found.state._tag] } as const)
      : new TryAgainLater()
  return isWithoutUrls(found.state) ? yield* new TryAgainLater() : { ...(yield* readable(found)), submission }
})

type WithUrls = Found & { readonly submission: Submission }

const inTurn = Effect.fnUntraced(function* (upload: ImageUpload) {
  const found = yield* awaitUrls(upload)
  const { state, submission } = found
  const image = new HeldBackImage(upload.body, upload.declared)
  if (state._tag !== "AwaitingImages" || submission.images[upload.document]) return yield* compare(upload, found, image)
  const mediaType = yield* reading(() => image.begin())
  if ((yield* Clock.currentTimeMillis) < submission.expiresAt) return yield* send(upload, found, image, mediaType)
  yield* renew(upload.id, state.submissions)
  return yield* send(upload, yield* awaitUrls(upload), image, mediaType).pipe(
    // The new URLs ran out as well, for the same call.
    Effect.catchTag("TryAgainLater", () => Effect.fail(new StorageRefused({ code: "url_expired_again" })))
  )
})

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
  const health = yield* Health
  const { state, submission } = found
  const urls = yield* openUrls(upload.id, submission.urls)
  const context = yield* Effect.context<Effect.Services<ReturnType<typeof claim>>>()
  let claimed: CheckedImage | undefined
  const body = image.bytes(async (complete) => {
    const exit = await Effect.runPromiseExitWith(context)(claim(upload, found, complete))
    if (Exit.isFailure(exit)) throw Cause.squash(exit.cause)
    claimed = complete
  })
  yield* storage.put(Redacted.make(Redacted.value(urls)[upload.document]), { mediaType, size: upload.size, body }).pipe(
    Effect.tap(() => Effect.sync(() => health.report("storage", "up"))),
    Effect.tapErrorTag("StorageUnavailable", () => Effect.sync(() => health.report("storage", "down"))),
    Effect.catchTags({
      BodyAborted: () => failedReading(image.thrown),
      UrlExpired: () => Effect.andThen(renew(upload.id, state.submissions), Effect.fail(new TryAgainLater()))
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
      sessionId: sessionId(id, "upload", state.submissions)
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
    { _tag: "RecordImage", submissionId: submission.id, document, sha256, size, mediaType, via: "service" },
    { actor: actorOf(caller) }
  )

const renew = (id: string, n: number) =>
  renewUrls(id, n).pipe(
    Effect.catchTag("TooManySubmissions", () => Effect.fail(new StorageRefused({ code: "too_many_submissions" })))
  )

type ReadingError = ImageRefused | UploadStalled | UploaderGone | Effect.Error<ReturnType<typeof claim>>

/** Reading an image throws tagged values; anything else is a bug. */
const failedReading = (thrown: unknown): Effect.Effect<never, ReadingError> =>
  Predicate.hasProperty(thrown, "_tag") ? Effect.fail(thrown as ReadingError) : Effect.die(thrown)

const reading = <A>(read: () => Promise<A>) =>
  Effect.tryPromise({ try: read, catch: (thrown) => ({ thrown }) }).pipe(
    Effect.catch(({ thrown }) => failedReading(thrown))
  )
