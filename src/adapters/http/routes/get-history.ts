import { Effect } from "effect"
import type { FastifyRequest } from "fastify"
import { Settings } from "../../../application/settings.ts"
import { findRegistration } from "../../../application/use-cases/find-registration.ts"
import type { Answer } from "../answer/answer.ts"
import { toHistoryEvent } from "../answer/history.ts"
import { toResource } from "../answer/resource.ts"
import { authorize } from "../request/authorize.ts"
import { queryOf, registrationIdOf } from "../request/parameters.ts"

/** `GET /v1/registrations/:id/events`: the registration and the events that made it (contract/service-api §2). */
export const getHistory = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, "registrations:read")
  yield* queryOf(request)
  const found = yield* findRegistration(yield* registrationIdOf(request), caller)
  const { uploadWindow } = yield* Settings
  const body = { registration: toResource(found, uploadWindow), events: found.events.map(toHistoryEvent) }
  return { status: 200, body, correlationId: found.correlationId } satisfies Answer
})
