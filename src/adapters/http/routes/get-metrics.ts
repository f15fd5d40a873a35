import { Effect } from "effect"
import type { FastifyRequest } from "fastify"
import { Exposition } from "../../../application/ports/exposition.ts"
import type { Answer } from "../answer/answer.ts"
import { queryOf } from "../request/parameters.ts"

const metrics = Exposition.use(({ mediaType, text }) =>
  Effect.map(text, (text): Answer => ({ status: 200, headers: { "content-type": mediaType }, text }))
)

/** `GET /metrics`: what is measured, for Prometheus and whoever reads its text (contract/service-api §4). */
export const getMetrics = (request: FastifyRequest) => Effect.andThen(queryOf(request), metrics)
