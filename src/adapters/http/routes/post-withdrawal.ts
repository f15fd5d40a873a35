import { Effect, Result, Schema } from "effect"
import type { FastifyRequest } from "fastify"
import { Settings } from "../../../application/settings.ts"
import { findRegistration } from "../../../application/use-cases/find-registration.ts"
import { withdrawRegistration } from "../../../application/use-cases/withdraw-registration.ts"
import { distinct, fieldErrors } from "../../../domain/applicant/field-error.ts"
import { WithdrawalReason } from "../../../domain/registration/events.ts"
import { registrationAnswer } from "../answer/answer.ts"
import { withReceipt } from "../answer/with-key.ts"
import { authorize } from "../request/authorize.ts"
import { readJson } from "../request/body.ts"
import { queryOf, registrationIdOf } from "../request/parameters.ts"
import type { ValidationFailed } from "../request-errors.ts"

export const Withdrawal = Schema.Struct({
  reason: WithdrawalReason.annotate({ message: `A reason is one of ${WithdrawalReason.literals.join(", ")}.` })
}).annotate({ message: "A withdrawal is a JSON object of reason." })

const decode = Schema.decodeUnknownResult(Withdrawal, { errors: "all", onExcessProperty: "error" })

const parseWithdrawal = (body: unknown) =>
  Result.mapError(
    decode(body),
    ({ issue }): ValidationFailed => ({ _tag: "ValidationFailed", errors: distinct(fieldErrors(issue)) })
  )

/** `POST /v1/registrations/:id/withdrawal` (contract/service-api §2). */
export const postWithdrawal = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, "registrations:write")
  yield* queryOf(request)
  const id = yield* registrationIdOf(request)
  // Existence comes before the body.
  yield* findRegistration(id, caller)
  const { reason } = yield* Effect.fromResult(parseWithdrawal(yield* readJson(request.raw)))
  const withdrawn = yield* withReceipt(yield* withdrawRegistration(id, caller, reason))
  const { uploadWindow } = yield* Settings
  return registrationAnswer(withdrawn, uploadWindow)
})
