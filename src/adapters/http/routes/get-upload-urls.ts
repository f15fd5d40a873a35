import { Effect, Redacted } from "effect"
import type { FastifyRequest } from "fastify"
import { showUploadUrls } from "../../../application/use-cases/show-upload-urls.ts"
import { formatInstant } from "../../../domain/applicant/instant.ts"
import type { Answer } from "../answer/answer.ts"
import { authorize } from "../request/authorize.ts"
import { queryOf, registrationIdOf } from "../request/parameters.ts"

/** `GET /v1/registrations/:id/upload-urls` (contract/service-api §2). */
export const getUploadUrls = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, "registrations:write")
  yield* queryOf(request)
  const { submission, urls, correlationId } = yield* showUploadUrls(yield* registrationIdOf(request), caller)
  const { ktp, selfie } = Redacted.value(urls)
  return {
    status: 200,
    body: {
      submissionId: submission.id,
      expiresAt: formatInstant(submission.expiresAt),
      documents: { ktp: { url: ktp }, selfie: { url: selfie } }
    },
    correlationId
  } satisfies Answer
})
