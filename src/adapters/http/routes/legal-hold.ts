import { Clock, Effect, Result } from "effect"
import type { FastifyRequest } from "fastify"
import { Settings } from "../../../application/settings.ts"
import { findRegistration } from "../../../application/use-cases/find-registration.ts"
import { endHold, placeHold } from "../../../application/use-cases/legal-hold.ts"
import { parseLegalHold } from "../../../domain/registration/legal-hold.ts"
import type { Instant } from "../../../domain/registration/registration.ts"
import { registrationAnswer } from "../answer/answer.ts"
import { withReceipt } from "../answer/with-key.ts"
import { authorize } from "../request/authorize.ts"
import { readJson } from "../request/body.ts"
import { queryOf, registrationIdOf } from "../request/parameters.ts"
import type { ValidationFailed } from "../request-errors.ts"

const parse = (body: unknown, now: Instant) =>
  Result.mapError(parseLegalHold(body, now), (errors): ValidationFailed => ({ _tag: "ValidationFailed", errors }))

/** `PUT /v1/registrations/:id/hold` (contract/service-api §2). */
export const putHold = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, "personal-data:erase")
  yield* queryOf(request)
  const id = yield* registrationIdOf(request)
  // Existence comes before the body.
  yield* findRegistration(id, caller)
  const body = yield* readJson(request.raw)
  const hold = yield* Effect.fromResult(parse(body, yield* Clock.currentTimeMillis))
  const held = yield* placeHold(id, caller, hold)
  const { uploadWindow } = yield* Settings
  return registrationAnswer(held, uploadWindow)
})

/** `DELETE /v1/registrations/:id/hold` (contract/service-api §2). */
export const deleteHold = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, "personal-data:erase")
  yield* queryOf(request)
  const freed = yield* withReceipt(yield* endHold(yield* registrationIdOf(request), caller))
  const { uploadWindow } = yield* Settings
  return registrationAnswer(freed, uploadWindow)
})
