import { RegistrationRequest } from "../../../domain/applicant/registration-request.ts"
import { DirectImages } from "../../../domain/image/direct-images.ts"
import { History, Registration, UploadUrls } from "../answer/answer-schemas.ts"
import { Withdrawal } from "../routes/post-withdrawal.ts"
import { curl, withJson, withKey } from "./curl.ts"
import {
  documentsExample,
  historyExample,
  registrationExamples,
  requestExample,
  uploadUrlsExample
} from "./examples.ts"
import type { Answered, Operation } from "./operation.ts"
import { asOf, document, idempotencyKey, ifNoneMatch, registrationId, wait } from "./parameter-docs.ts"
import { keyed, ofJson, ofOne } from "./problem-sets.ts"

const group = "Registrations"
const json = "application/json"

export const registrationAnswered = (example: unknown): Answered => ({
  description: "The registration.",
  headers: ["etag"],
  content: { mediaType: json, schema: Registration, example }
})

export const registrationOperations = {
  "POST /v1/registrations": {
    id: "requestRegistration",
    group,
    summary: "Start a registration",
    description:
      "Starts the partner user's next attempt; it is stored durably before it is answered. There is at most one open registration per partner user. With an Idempotency-Key it may be sent any number of times: the same key with the same body answers the registration that it started, as it is now.",
    scope: "registrations:write",
    parameters: [idempotencyKey],
    body: {
      description: "Who the certificate is for, at most 256 KiB. At least one of email and phoneNumber.",
      isRequired: true,
      contents: [{ mediaType: json, schema: RegistrationRequest, example: requestExample }]
    },
    answers: {
      201: {
        ...registrationAnswered(registrationExamples.requested),
        headers: ["etag", "location", "idempotent-replayed"]
      }
    },
    problems: [
      ...keyed,
      ...ofJson,
      "validation_failed",
      "idempotency_key_reused",
      "registration_open",
      "already_issued",
      "attempts_exhausted",
      "unavailable"
    ],
    curl: curl("-i $URL/v1/registrations", withKey, "-H 'idempotency-key: order-2026-0815'", withJson(requestExample))
  },
  "GET /v1/registrations/:id": {
    id: "getRegistration",
    group,
    summary: "Get a registration",
    description:
      "The registration as it is now. With wait the answer is held until there is something for the caller: images are wanted, or it ended.",
    scope: "registrations:read",
    parameters: [registrationId, wait, ifNoneMatch],
    answers: {
      200: registrationAnswered(registrationExamples.issued),
      304: { description: "It still is at a revision that the caller knows.", headers: ["etag"] }
    },
    problems: ofOne,
    curl: curl('"$URL/v1/registrations/$ID?wait=20"', withKey)
  },
  "PUT /v1/registrations/:id/documents/:document": {
    id: "uploadImage",
    group,
    summary: "Upload an image",
    description:
      "The image as the body, JPEG or PNG, with a Content-Length of at most 10 MiB. It goes on to the platform as it comes and is not stored here; it is checked on the way, and one that is refused never completes there. Its type may be left out. The same image again is answered 200. While the upload URLs are not there yet the call waits up to 8 seconds for them.",
    scope: "registrations:write",
    parameters: [registrationId, document],
    body: {
      description: "The bytes of the image.",
      isRequired: true,
      contents: [{ mediaType: "image/jpeg" }, { mediaType: "image/png" }]
    },
    answers: { 200: registrationAnswered(registrationExamples.withOneImage) },
    problems: [
      ...ofOne,
      "upload_stalled",
      "length_required",
      "too_large",
      "unsupported_media_type",
      "wrong_state",
      "document_exists",
      "personal_data_erased",
      "image_refused",
      "storage_refused"
    ],
    curl: curl(
      "-X PUT $URL/v1/registrations/$ID/documents/ktp",
      withKey,
      "-H 'content-type: image/jpeg' --data-binary @ktp.jpg"
    )
  },
  "GET /v1/registrations/:id/upload-urls": {
    id: "getUploadUrls",
    group,
    summary: "Get URLs for direct uploads",
    description:
      "Presigned URLs to which an app may PUT both images itself, with image/jpeg or image/png as Content-Type. They stay the same while they are good; those that ran out are replaced, and both documents start again. While they are not there yet the call waits up to 8 seconds for them.",
    scope: "registrations:write",
    parameters: [registrationId],
    answers: {
      200: {
        description: "The URLs.",
        content: { mediaType: json, schema: UploadUrls, example: uploadUrlsExample }
      }
    },
    problems: [...ofOne, "wrong_state", "personal_data_erased", "storage_refused"],
    curl: curl("$URL/v1/registrations/$ID/upload-urls", withKey)
  },
  "POST /v1/registrations/:id/documents": {
    id: "recordDocuments",
    group,
    summary: "Report direct uploads",
    description:
      "Both images are at the storage; one of them may have come through this service. The same again is answered like once. Whether it is true is found out by the platform.",
    scope: "registrations:write",
    parameters: [registrationId],
    body: {
      description: "What was uploaded.",
      isRequired: true,
      contents: [{ mediaType: json, schema: DirectImages, example: documentsExample }]
    },
    answers: { 200: registrationAnswered(registrationExamples.readyToConfirm) },
    problems: [
      ...ofOne,
      ...ofJson,
      "validation_failed",
      "wrong_state",
      "document_exists",
      "personal_data_erased",
      "image_refused"
    ],
    curl: curl("$URL/v1/registrations/$ID/documents", withKey, withJson(documentsExample))
  },
  "POST /v1/registrations/:id/withdrawal": {
    id: "withdrawRegistration",
    group,
    summary: "Withdraw",
    description:
      "Ends an open registration; withdrawing twice is answered like once. A verdict that comes later is shown, and the state stays.",
    scope: "registrations:write",
    parameters: [registrationId],
    body: {
      description: "Why.",
      isRequired: true,
      contents: [{ mediaType: json, schema: Withdrawal, example: { reason: "applicant_request" } }]
    },
    answers: { 200: registrationAnswered(registrationExamples.withdrawn) },
    problems: [...ofOne, ...ofJson, "validation_failed", "wrong_state"],
    curl: curl("$URL/v1/registrations/$ID/withdrawal", withKey, withJson({ reason: "applicant_request" }))
  },
  "GET /v1/registrations/:id/events": {
    id: "getHistory",
    group,
    summary: "Read the history",
    description:
      "The registration and the events that made it, each with its hash and its predecessor's: who recomputes them sees that nothing was changed. With asOf both are shown as they were then.",
    scope: "registrations:read",
    parameters: [registrationId, asOf],
    answers: {
      200: { description: "The history.", content: { mediaType: json, schema: History, example: historyExample } }
    },
    problems: ofOne,
    curl: curl("$URL/v1/registrations/$ID/events", withKey)
  }
} as const satisfies { readonly [key: string]: Operation }
