import { Effect } from "effect"
import type { FastifyRequest } from "fastify"
import { checkReadiness } from "../../../application/use-cases/check-readiness.ts"
import type { Answer } from "../answer/answer.ts"
import { queryOf } from "../request/parameters.ts"

/** `GET /health/live`: the process answers. */
export const getLive = (request: FastifyRequest) =>
  Effect.map(queryOf(request), (): Answer => ({ status: 200, body: { status: "live" } }))

const readiness = Effect.map(
  checkReadiness,
  ({ ready, dependencies, problems, history }): Answer => ({
    status: ready ? 200 : 503,
    body: { status: ready ? "ready" : "not_ready", dependencies, problems, history }
  })
)

/** `GET /health/ready`: commands can be accepted, each dependency by name, and what does not work in words (contract/service-api §4). */
export const getReady = (request: FastifyRequest) => Effect.andThen(queryOf(request), readiness)
