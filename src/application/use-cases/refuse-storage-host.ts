import { Effect } from "effect"
import type { Submission } from "../../domain/registration/registration.ts"
import { process } from "../caller.ts"
import { StorageHostRefused } from "../ports/object-storage.ts"
import { Settings } from "../settings.ts"
import { transact } from "../transact.ts"

/**
 * Where the URLs of this submission lead nothing may be sent, now or later (service-api §5, `ESIGN_STORAGE_HOSTS`): that ends the
 * registration, unless it went on meanwhile. Always fails.
 */
export const refuseStorageHost = Effect.fnUntraced(function* (id: string, { id: submissionId }: Submission) {
  const { owner } = yield* Settings
  yield* transact(id, { _tag: "RefuseStorageHost", submissionId }, { actor: process(owner) }).pipe(
    Effect.catchIf(
      ({ _tag }) => _tag === "AnotherSubmission" || _tag === "WrongState",
      () => Effect.void
    )
  )
  return yield* new StorageHostRefused()
})
