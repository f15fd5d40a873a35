import { Effect } from "effect"
import type { FastifyRequest } from "fastify"
import type { Answer } from "../answer/answer.ts"
import { makeAsyncApi } from "../asyncapi/document.ts"
import { docsPage, docsPolicy } from "../openapi/docs-page.ts"
import { makeDocument } from "../openapi/document.ts"
import { queryOf } from "../request/parameters.ts"
import type { InvalidParameter } from "../request-errors.ts"

type Described = Effect.Effect<Answer, InvalidParameter>

/** Made when somebody asks, once. */
const once = <A>(make: () => A) => {
  let made: A | undefined
  return () => {
    made ??= make()
    return made
  }
}
const document = once(makeDocument)
const page = once(docsPage)
const asyncApi = once(makeAsyncApi)

/** `GET /openapi.json` (contract/service-api §4). */
export const getOpenApi = (request: FastifyRequest): Described =>
  Effect.map(queryOf(request), () => ({ status: 200, body: document() }))

/** `GET /asyncapi.json`: the messages that are published. */
export const getAsyncApi = (request: FastifyRequest): Described =>
  Effect.map(queryOf(request), () => ({ status: 200, body: asyncApi() }))

/** `GET /docs`: the same for people, in one page that loads nothing. */
export const getDocs = (request: FastifyRequest): Described =>
  Effect.map(queryOf(request), () => ({
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": docsPolicy },
    text: page()
  }))
