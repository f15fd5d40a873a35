import { Effect } from "effect"
import type { FastifyRequest } from "fastify"
import { registrationStats } from "../../../application/use-cases/registration-stats.ts"
import type { Answer } from "../answer/answer.ts"
import type { Stats } from "../answer/list-schemas.ts"
import { authorize } from "../request/authorize.ts"
import { queryOf } from "../request/parameters.ts"

/** `GET /v1/stats`: registrations in numbers (contract/service-api §2). */
export const getStats = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, "registrations:read")
  yield* queryOf(request)
  const { byState, last24h, timeToVerdict } = yield* registrationStats(caller)
  const body: typeof Stats.Type = { byState, last24h, timeToVerdictSeconds: timeToVerdict ?? {} }
  return { status: 200, body } satisfies Answer
})
