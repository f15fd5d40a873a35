import { readFileSync } from "node:fs"
import fastify from "fastify"

/** What the feed is compared with: the same pages, from memory; the file that is named has one a line. */
const pages = readFileSync(process.argv[2] ?? "", "utf8").split("\n")
const app = fastify()
app.get<{ Params: { page: string } }>("/:page", (request, reply) =>
  reply.header("content-type", "application/json; charset=utf-8").send(pages[Number(request.params.page)])
)
await app.listen({ host: "127.0.0.1", port: 0 })
const address = app.server.address()
console.log(
  JSON.stringify({ event: "listening", host: "127.0.0.1", port: typeof address === "object" ? address?.port : 0 })
)
