import { hash } from "node:crypto"
import { Effect, Redacted, Result } from "effect"
import { erasePersonalData } from "../../src/application/use-cases/erase-personal-data.ts"
import { findRegistration } from "../../src/application/use-cases/find-registration.ts"
import { endHold, placeHold } from "../../src/application/use-cases/legal-hold.ts"
import { recordCallback } from "../../src/application/use-cases/record-callback.ts"
import { recordDocuments } from "../../src/application/use-cases/record-documents.ts"
import { requestRegistration } from "../../src/application/use-cases/request-registration.ts"
import { showUploadUrls } from "../../src/application/use-cases/show-upload-urls.ts"
import { uploadImage } from "../../src/application/use-cases/upload-image.ts"
import { withdrawRegistration } from "../../src/application/use-cases/withdraw-registration.ts"
import { parseRegistrationRequest } from "../../src/domain/applicant/registration-request.ts"
import { submissionOf } from "../../src/domain/registration/registration.ts"
import { jpeg } from "../support/images.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { resultOf } from "./esign-port.ts"
import { lastWord } from "./platform.ts"
import type { StepOf } from "./steps.ts"
import type { World } from "./world.ts"

export const partnerUserIdType = "ACME_USER_ID"
const caller = { clientId: "acme", tenant: "acme", allTenants: false }
const pictures = ["a", "b", "c"].map((tag) => jpeg({ width: 100, height: 100, tag }))
const factsOf = (picture: Buffer) =>
  ({ sha256: hash("sha256", picture), size: picture.length, mediaType: "image/jpeg" }) as const
const documents = { ktp: factsOf(pictures[0] as Buffer), selfie: factsOf(pictures[1] as Buffer) }

export const request = (world: World, { user, key, renew }: StepOf<"request">) => {
  const body = registrationRequest({ partnerUserId: user, partnerUserIdType, renew })
  const parsed = Result.getOrThrow(parseRegistrationRequest(body, world.time.now))
  const keyed = key === undefined ? {} : ({ idempotencyKey: Redacted.make(key) } as const)
  const request = { ...parsed, partnerUserIdType: parsed.partnerUserIdType ?? partnerUserIdType }
  return requestRegistration({ caller, request, body, correlationId: "c", ...keyed })
}

export const upload = (world: World, id: string, { document, picture }: StepOf<"upload">) => {
  const bytes = pictures[picture] as Buffer
  return uploadImage({ id, caller, document, declared: undefined, size: bytes.length, body: piecesOf(world, bytes) })
}

async function* piecesOf({ random }: World, picture: Buffer): AsyncGenerator<Uint8Array> {
  const half = picture.length >> 1
  for (const piece of [picture.subarray(0, half), picture.subarray(half)]) {
    await new Promise<void>((done) => void setTimeout(done, random.pick([0, 1, 10, 3000])))
    yield piece
  }
}

export const showUrls = (id: string) => showUploadUrls(id, caller)

/** Both images go to the storage, and then we are told. */
export const direct = ({ platform, time }: World, id: string) =>
  Effect.flatMap(Effect.andThen(showUploadUrls(id, caller), findRegistration(id, caller)), (found) => {
    const submission = submissionOf(found.state)?.id ?? ""
    const isStored = (["ktp", "selfie"] as const).every((document) =>
      platform.store(submission, document, documents[document].sha256, time.now)
    )
    return isStored ? recordDocuments(found, caller, documents) : Effect.succeed(undefined)
  })

export const withdraw = (id: string) => withdrawRegistration(id, caller, "other")

export const erase = (id: string) => erasePersonalData(id, caller)

/** The law wants the data kept for so long from now on, by the wall clock. */
export const hold = ({ time }: World, id: string, { millis, reason }: StepOf<"hold">) =>
  placeHold(id, caller, { reason, until: time.wall + millis })

export const release = (id: string) => endHold(id, caller)

/** What the platform, or somebody else, claims; undefined when there is nothing to claim yet. */
export const callback = ({ platform }: World, { user, word: claimed, isOld, isNamed }: StepOf<"callback">) => {
  const submission = platform.ofUser(user).at(isOld ? 0 : -1)
  const word = claimed ?? (submission && lastWord(submission))
  if (!submission || !word) return undefined
  const said = { submissionId: submission.id, ...resultOf(submission.id, word) }
  const { submissionId, status } = said
  const result = "result" in said ? { result: said.result } : {}
  const named = isNamed ? { partnerUserId: user, partnerUserIdType } : {}
  return { said, recorded: recordCallback({ submissionId, status, ...result, ...named }) }
}
