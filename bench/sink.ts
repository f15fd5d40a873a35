import { createServer } from "node:http"
import { setTimeout as pause } from "node:timers/promises"

/** An object storage that takes everything and keeps nothing; slowly, `--slow`: 64 KiB in 20 ms for each connection. */
const isSlow = process.argv.includes("--slow")

const server = createServer({ highWaterMark: 64 * 1024 }, async (request, response) => {
  for await (const _ of request) if (isSlow) await pause(20)
  response.end()
})
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  const port = typeof address === "object" ? address?.port : 0
  console.log(JSON.stringify({ event: "listening", host: "127.0.0.1", port }))
})
