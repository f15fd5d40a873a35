import { Effect, Result, Schema } from "effect"
import type { FastifyRequest } from "fastify"
import { Settings } from "../../../application/settings.ts"
import { findRegistration, notFound } from "../../../application/use-cases/find-registration.ts"
import { uploadImage } from "../../../application/use-cases/upload-image.ts"
import { mediaTypeOf } from "../../../domain/image/media-type.ts"
import { Document, type MediaType } from "../../../domain/registration/events.ts"
import { registrationAnswer } from "../answer/answer.ts"
import { authorize } from "../request/authorize.ts"
import { checkEncoding, imageLimit } from "../request/body.ts"
import { bodyChunks } from "../request/body-chunks.ts"
import { queryOf, registrationIdOf } from "../request/parameters.ts"
import { type RequestError, unsupportedMediaType } from "../request-errors.ts"

const isDocument = Schema.is(Document)

/** `PUT /v1/registrations/:id/documents/:document`: the image as the body (contract/service-api §2). */
export const putImage = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, "registrations:write")
  yield* queryOf(request)
  const { document } = request.params as { readonly document: string }
  const id = yield* registrationIdOf(request)
  if (!isDocument(document)) return yield* Effect.fail(notFound)
  const image = readImageHeaders(request)
  if (Result.isFailure(image)) {
    // Existence comes before the body.
    yield* findRegistration(id, caller)
    return yield* Effect.fail(image.failure)
  }
  const uploaded = yield* uploadImage({ id, caller, document, ...image.success, body: bodyChunks(request.raw) })
  const { uploadWindow } = yield* Settings
  return registrationAnswer(uploaded, uploadWindow)
})

type ImageHeaders = { readonly size: number; readonly declared: MediaType | undefined }

export const readImageHeaders = ({ raw }: Pick<FastifyRequest, "raw">): Result.Result<ImageHeaders, RequestError> => {
  const length = raw.headers["content-length"]
  if (length === undefined) return Result.fail({ _tag: "LengthRequired" })
  const size = Number(length)
  if (size > imageLimit) return Result.fail({ _tag: "TooLarge", limit: imageLimit })
  const declared = mediaTypeOf(raw.headers["content-type"])
  if (declared === "unsupported")
    return Result.fail(unsupportedMediaType("Send the image itself, as image/jpeg or image/png."))
  return Result.map(checkEncoding(raw), () => ({ size, declared }))
}
