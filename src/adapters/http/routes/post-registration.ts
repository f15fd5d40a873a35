import { Clock, Effect, Predicate, Result } from "effect"
import type { FastifyRequest } from "fastify"
import { Settings } from "../../../application/settings.ts"
import { requestRegistration } from "../../../application/use-cases/request-registration.ts"
import { parseRegistrationRequest, type RegistrationRequest } from "../../../domain/applicant/registration-request.ts"
import { registrationAnswer } from "../answer/answer.ts"
import { linkTo } from "../answer/resource.ts"
import { withReceipt } from "../answer/with-key.ts"
import { HttpSettings } from "../http-settings.ts"
import { authorize } from "../request/authorize.ts"
import { readJson } from "../request/body.ts"
import { valuesOf } from "../request/header-values.ts"
import { queryOf, readIdempotencyKey } from "../request/parameters.ts"
import { correlationIdOf } from "../request/request-id.ts"
import type { ValidationFailed } from "../request-errors.ts"

/** `POST /v1/registrations` (contract/service-api §2). */
export const postRegistration = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, "registrations:write")
  yield* queryOf(request)
  const idempotencyKey = yield* Effect.fromResult(readIdempotencyKey(valuesOf(request.raw, "idempotency-key")))
  const body = yield* readJson(request.raw)
  const { partnerUserIdType } = yield* HttpSettings
  const parsed = yield* Effect.fromResult(parse(body, partnerUserIdType, yield* Clock.currentTimeMillis))
  const registration = yield* requestRegistration({
    caller,
    request: parsed,
    body,
    correlationId: correlationIdOf(request),
    ...(idempotencyKey && { idempotencyKey })
  })
  request.registrationId = registration.id
  const { uploadWindow } = yield* Settings
  return registrationAnswer(yield* withReceipt(registration), uploadWindow, 201, {
    location: linkTo(registration.id),
    ...(registration.replayed && { "idempotent-replayed": "true" })
  })
})

type Parsed = RegistrationRequest & { readonly partnerUserIdType: string }

/** The request with the configured default of `partnerUserIdType`; without one the field is required. */
const parse = (
  body: unknown,
  defaultType: string | undefined,
  now: number
): Result.Result<Parsed, ValidationFailed> => {
  const parsed = parseRegistrationRequest(body, now)
  const missing =
    defaultType === undefined && Predicate.isObject(body) && !Predicate.isNotNullish(body["partnerUserIdType"])
      ? [{ path: "partnerUserIdType", message: "This field is required: no default is configured." }]
      : []
  if (Result.isFailure(parsed))
    return Result.fail({ _tag: "ValidationFailed", errors: [...parsed.failure, ...missing] })
  const partnerUserIdType = parsed.success.partnerUserIdType ?? defaultType
  return partnerUserIdType === undefined
    ? Result.fail({ _tag: "ValidationFailed", errors: missing })
    : Result.succeed({ ...parsed.success, partnerUserIdType })
}
