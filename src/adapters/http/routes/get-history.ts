import { Effect } from "effect"
import type { FastifyRequest } from "fastify"
import { Settings } from "../../../application/settings.ts"
import { historyAsOf } from "../../../application/use-cases/history-as-of.ts"
import type { Answer } from "../answer/answer.ts"
import { toHistoryEvent } from "../answer/history.ts"
import { toResource } from "../answer/resource.ts"
import { withKey, withReceipt } from "../answer/with-key.ts"
import { authorize } from "../request/authorize.ts"
import { queryOf, readPoint, registrationIdOf } from "../request/parameters.ts"

/** `GET /v1/registrations/:id/events`: the registration, as it is or as it was, and the events that made it (contract/service-api §2). */
export const getHistory = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, "registrations:read")
  const query = yield* queryOf(request, "asOf")
  const at = yield* Effect.fromResult(readPoint(query.asOf))
  const id = yield* registrationIdOf(request)
  const { found, isNow } = yield* historyAsOf(id, caller, at)
  // What is wrong with the key now says nothing of the past.
  const shown = yield* isNow ? withKey(found) : withReceipt(found)
  const { uploadWindow } = yield* Settings
  const body = { registration: toResource(shown, uploadWindow), events: shown.events.map(toHistoryEvent) }
  return { status: 200, body, correlationId: shown.correlationId } satisfies Answer
})
