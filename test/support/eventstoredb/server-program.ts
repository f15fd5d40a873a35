import { parseArgs } from "node:util"
import { startServer } from "./server.ts"

// Says in one line where it listens, and ends in order with SIGTERM.
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    "control-port": { type: "string", default: "0" },
    data: { type: "string" },
    "grace-ms": { type: "string", default: "5000" },
    "starting-ms": { type: "string", default: "0" },
    "election-ms": { type: "string", default: "0" },
    "bytes-of-ids": { type: "string", default: String(8 * 1024 * 1024) }
  }
})

const server = await startServer({
  port: Number(values.port),
  controlPort: Number(values["control-port"]),
  graceMs: Number(values["grace-ms"]),
  startingMs: Number(values["starting-ms"]),
  electionMs: Number(values["election-ms"]),
  bytesOfIds: Number(values["bytes-of-ids"]),
  ...(values.data === undefined ? {} : { data: values.data })
})
process.once("SIGTERM", () => void server.stop().then(() => process.exit(0)))
process.stdout.write(`${JSON.stringify({ port: server.port, controlPort: server.controlPort })}\n`)
