import fastify from "fastify"
import { Pool } from "undici"

/** What an upload is compared with: a PUT whose body goes on to the storage as it comes, and nothing looks at it. */
const storage = new Pool(process.argv[2] ?? "", { connections: 64 })
const app = fastify({ bodyLimit: 16 * 1024 * 1024 })
app.removeAllContentTypeParsers()
app.addContentTypeParser("*", (_request, body, done) => done(null, body))
app.put("/*", async (request, reply) => {
  const answer = await storage.request({
    method: "PUT",
    path: "/",
    headers: { "content-length": request.headers["content-length"] ?? "0" },
    body: request.raw
  })
  await answer.body.dump()
  return reply.code(answer.statusCode).send({})
})
await app.listen({ host: "127.0.0.1", port: 0 })
const address = app.server.address()
console.log(
  JSON.stringify({ event: "listening", host: "127.0.0.1", port: typeof address === "object" ? address?.port : 0 })
)
