import { Effect } from "effect"
import type { FastifyRequest } from "fastify"
import { Settings } from "../../../application/settings.ts"
import { listRegistrations } from "../../../application/use-cases/list-registrations.ts"
import type { Answer } from "../answer/answer.ts"
import type { RegistrationPage } from "../answer/list-schemas.ts"
import { toResource } from "../answer/resource.ts"
import { withReceipt } from "../answer/with-key.ts"
import { authorize } from "../request/authorize.ts"
import { writeListCursor } from "../request/list-cursor.ts"
import { readListQuery } from "../request/list-query.ts"

/** `GET /v1/registrations`: a page of registrations, newest first (contract/service-api §2). */
export const getRegistrations = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, "registrations:read")
  const { filter, limit, after } = yield* Effect.fromResult(readListQuery(request.query))
  const { registrations, next } = yield* listRegistrations(caller, filter, limit, after)
  const { uploadWindow } = yield* Settings
  const shown = yield* Effect.forEach(registrations, withReceipt)
  const body: typeof RegistrationPage.Type = {
    items: shown.map((registration) => toResource(registration, uploadWindow)),
    ...(next && { nextCursor: writeListCursor(next) })
  }
  return { status: 200, body } satisfies Answer
})
