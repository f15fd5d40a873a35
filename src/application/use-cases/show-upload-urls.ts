import { Clock, Effect, Redacted } from "effect"
import { hasRunOut, stateNames } from "../../domain/registration/registration.ts"
import type { Caller } from "../caller.ts"
import { openUrls } from "../personal-data.ts"
import { ObjectStorage } from "../ports/object-storage.ts"
import { awaitUrls } from "./await-urls.ts"
import { refuseStorageHost } from "./refuse-storage-host.ts"
import { renewUrls } from "./renew-urls.ts"

/** The presigned URLs of a registration that awaits its images, for an uploader that goes to the storage directly. */
export const showUploadUrls = Effect.fnUntraced(function* (id: string, caller: Caller) {
  const found = yield* awaitingImages(id, caller)
  if (!hasRunOut(found.submission, yield* Clock.currentTimeMillis)) return yield* opened(found)
  // A claim that has begun is not broken off when the caller goes away.
  yield* Effect.uninterruptible(renewUrls(found))
  return yield* opened(yield* awaitingImages(id, caller))
})

const awaitingImages = Effect.fnUntraced(function* (id: string, caller: Caller) {
  const found = yield* awaitUrls(id, caller)
  return found.state._tag === "AwaitingImages"
    ? found
    : yield* Effect.fail({ _tag: "WrongState", state: stateNames[found.state._tag] } as const)
})

const opened = Effect.fnUntraced(function* (found: Effect.Success<ReturnType<typeof awaitUrls>>) {
  const storage = yield* ObjectStorage
  const urls = yield* openUrls(found.id, found.submission.urls)
  // The rules may have changed since they came.
  return Object.values(Redacted.value(urls)).every((url) => storage.accepts(Redacted.make(url)))
    ? { ...found, urls }
    : yield* refuseStorageHost(found.id, found.submission)
})
