import { Effect } from "effect"
import type { FastifyRequest } from "fastify"
import { lastCheckpoint } from "../../../application/use-cases/last-checkpoint.ts"
import type { Answer } from "../answer/answer.ts"
import type { Checkpoint } from "../answer/checkpoint-schema.ts"
import { authorize } from "../request/authorize.ts"
import { queryOf } from "../request/parameters.ts"

/** `GET /v1/checkpoint`: what was signed of the log last, to be kept elsewhere. */
export const getCheckpoint = Effect.fnUntraced(function* (request: FastifyRequest) {
  yield* authorize(request, "audit:read")
  yield* queryOf(request)
  const body: typeof Checkpoint.Type = yield* lastCheckpoint
  return { status: 200, body } satisfies Answer
})
