import "effect/schema/SchemaJITCompiler/enable"
import { Result } from "effect"
import fastify from "fastify"
import { parseRegistrationRequest } from "../src/domain/applicant/registration-request.ts"

/** What accepting a registration is compared with: a POST that validates the same body, and keeps nothing of it. */
const app = fastify()
app.post("/v1/registrations", (request, reply) => {
  const parsed = parseRegistrationRequest(request.body, Date.now())
  if (Result.isFailure(parsed)) return reply.code(422).send(parsed.failure)
  return reply.code(201).send({ partnerUserId: parsed.success.partnerUserId })
})
await app.listen({ host: "127.0.0.1", port: 0 })
const address = app.server.address()
console.log(
  JSON.stringify({ event: "listening", host: "127.0.0.1", port: typeof address === "object" ? address?.port : 0 })
)
