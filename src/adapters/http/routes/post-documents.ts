import { Effect, Result } from "effect"
import type { FastifyRequest } from "fastify"
import { Settings } from "../../../application/settings.ts"
import { findRegistration } from "../../../application/use-cases/find-registration.ts"
import { recordDocuments } from "../../../application/use-cases/record-documents.ts"
import { parseDirectImages } from "../../../domain/image/direct-images.ts"
import { registrationAnswer } from "../answer/answer.ts"
import { authorize } from "../request/authorize.ts"
import { readJson } from "../request/body.ts"
import { queryOf, registrationIdOf } from "../request/parameters.ts"
import type { ValidationFailed } from "../request-errors.ts"

const parse = (body: unknown) =>
  Result.mapError(parseDirectImages(body), (errors): ValidationFailed => ({ _tag: "ValidationFailed", errors }))

/** `POST /v1/registrations/:id/documents`: both images went to the storage directly (contract/service-api §2). */
export const postDocuments = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, "registrations:write")
  yield* queryOf(request)
  // Existence comes before the body.
  const found = yield* findRegistration(yield* registrationIdOf(request), caller)
  const documents = yield* Effect.fromResult(parse(yield* readJson(request.raw)))
  const recorded = yield* recordDocuments(found, caller, documents)
  const { uploadWindow } = yield* Settings
  return registrationAnswer(recorded, uploadWindow)
})
