import { Effect, Redacted } from "effect"
import type { RegistrationRequest } from "../../domain/applicant/registration-request.ts"
import { warningsOf } from "../../domain/applicant/warnings.ts"
import { type Attempt, nextAttempt } from "../../domain/registration/attempts.ts"
import { initial } from "../../domain/registration/registration.ts"
import { actorOf, type Caller } from "../caller.ts"
import { canonicalJsonWithoutNulls } from "../history/canonical-json.ts"
import { newId, registrationId } from "../history/ids.ts"
import { load } from "../history/load.ts"
import { readable } from "../history/loaded.ts"
import { sealPersonal } from "../personal-data.ts"
import { noStream } from "../ports/event-store.ts"
import { Vault } from "../ports/vault.ts"
import { Settings } from "../settings.ts"
import { transact } from "../transact.ts"

export type NewRequest = {
  readonly caller: Caller
  readonly request: RegistrationRequest & { readonly partnerUserIdType: string }
  /** The JSON value of the body as it was sent: the same key with another body is refused. */
  readonly body: unknown
  readonly idempotencyKey?: Redacted.Redacted<string>
  readonly correlationId: string
}

/** The same Idempotency-Key came with another body. */
export type IdempotencyKeyReused = { readonly _tag: "IdempotencyKeyReused" }

type Existing = Attempt & { readonly revision: number; readonly correlationId?: string }

/** Starts the partner user's next attempt, or answers the one that the same Idempotency-Key started. */
export const requestRegistration = Effect.fnUntraced(
  function* (input: NewRequest) {
    const { caller, request } = input
    const vault = yield* Vault
    const { maxAttempts } = yield* Settings
    // The tenant is part of what is hashed: a key of one tenant means nothing to another.
    const keyHash = input.idempotencyKey
      ? yield* vault.keyedHash(Redacted.make(JSON.stringify([caller.tenant, Redacted.value(input.idempotencyKey)])))
      : undefined
    const attempts = yield* attemptsOf(request.partnerUserIdType, request.partnerUserId)
    const replayed = keyHash && attempts.find(({ state }) => state.request.idempotencyKey === keyHash)
    if (replayed) {
      yield* sameBody(replayed, input)
      return { ...replayed, replayed: true }
    }
    const attempt = yield* Effect.fromResult(nextAttempt(attempts, { renew: request.renew, maxAttempts }))
    const id = registrationId(request.partnerUserIdType, request.partnerUserId, attempt)
    const keyId = newId()
    yield* vault.createKey(keyId)
    const { applicant, locale, consents } = request
    const personal = yield* sealPersonal(id, keyId, { applicant, locale, consents })
    const fingerprint = yield* vault.fingerprint(keyId, Redacted.make(canonicalJsonWithoutNulls(input.body)))
    const started = yield* transact(
      id,
      {
        _tag: "Request",
        request: {
          tenant: caller.tenant,
          partnerUserId: request.partnerUserId,
          partnerUserIdType: request.partnerUserIdType,
          attempt,
          labels: request.labels,
          personal,
          fingerprint,
          warnings: warningsOf(applicant),
          ...(keyHash ? { idempotencyKey: keyHash } : {})
        }
      },
      { actor: actorOf(caller), correlationId: input.correlationId },
      { state: initial, tip: noStream }
    )
    return { id, ...started, replayed: false }
  },
  // Somebody else started the same attempt in between: everything is looked at anew. What he started is found then.
  Effect.retry({ times: 8, while: (error: { readonly _tag: string }) => error._tag === "AlreadyRequested" })
)

/** All attempts of a partner user, from the first; there are few. */
export const attemptsOf = Effect.fnUntraced(function* (partnerUserIdType: string, partnerUserId: string) {
  const attempts: Array<Existing> = []
  while (true) {
    const id = registrationId(partnerUserIdType, partnerUserId, attempts.length + 1)
    const { state, tip, correlationId } = yield* readable(yield* load(id))
    if (state._tag === "Initial" || tip._tag === "NoStream") return attempts
    attempts.push({ id, state, revision: tip.revision, ...(correlationId ? { correlationId } : {}) })
  }
})

/** After an erasure there is nothing to compare with: the key alone tells. */
const sameBody = ({ state: { request, erased } }: Existing, { body }: NewRequest) =>
  erased
    ? Effect.void
    : Vault.use((vault) =>
        vault.fingerprint(request.personal.keyId, Redacted.make(canonicalJsonWithoutNulls(body)))
      ).pipe(
        Effect.flatMap((fingerprint) =>
          fingerprint === request.fingerprint
            ? Effect.void
            : Effect.fail<IdempotencyKeyReused>({ _tag: "IdempotencyKeyReused" })
        ),
        Effect.catchTag("DataErased", () => Effect.void)
      )
