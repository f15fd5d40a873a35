import { Effect } from "effect"
import type { FastifyRequest } from "fastify"
import { Settings } from "../../../application/settings.ts"
import { erasePersonalData } from "../../../application/use-cases/erase-personal-data.ts"
import { registrationAnswer } from "../answer/answer.ts"
import { authorize } from "../request/authorize.ts"
import { queryOf, registrationIdOf } from "../request/parameters.ts"

/** `DELETE /v1/registrations/:id/personal-data` (contract/service-api §2). */
export const deletePersonalData = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, "personal-data:erase")
  yield* queryOf(request)
  const erased = yield* erasePersonalData(yield* registrationIdOf(request), caller)
  const { uploadWindow } = yield* Settings
  return registrationAnswer(erased, uploadWindow)
})
