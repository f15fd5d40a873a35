import { mkdirSync } from "node:fs"
import { type AddressInfo, createServer } from "node:net"
import { resolve } from "node:path"
import { byHand } from "./hints.ts"
import { keepRunning } from "./keep-running.ts"
import { logText } from "./log-text.ts"
import { bold, dim } from "./paint.ts"
import { type Listening, stopAll, untilAsked } from "./programs.ts"
import { callbackUrlOf, newClient, serviceEnv, simulatorEnv } from "./wiring.ts"

const host = "127.0.0.1"
const dir = resolve("data")

/** Where a program listens from now on, also when it is started again. Rejects when somebody else is there. */
const addressOf = (variable: string, usual: number): Promise<Listening> =>
  new Promise((found, rejected) => {
    const wanted = Number(process.env[variable] ?? usual)
    const server = createServer().once("error", () =>
      rejected(new Error(`Port ${wanted} cannot be taken (is this running already?); ${variable} names another.`))
    )
    server.listen({ host, port: wanted }, () => {
      const { port } = server.address() as AddressInfo
      server.close(() => found({ host, port, url: `http://${host}:${port}` }))
    })
  })

const printed = (program: string) => (line: string) => console.log(`${dim(program.padEnd(9))} ${logText(line)}`)

const dev = async (asked: Promise<void>) => {
  const [simulator, service] = await Promise.all([addressOf("SIMULATOR_PORT", 8790), addressOf("PORT", 8080)])
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  // Both look for `.env` there and find none: what is configured for another service is not meant for this one.
  const cwd = dir
  await keepRunning("simulator/main.ts", {
    env: simulatorEnv(simulator.port, callbackUrlOf(service.url)),
    cwd,
    folders: ["simulator"],
    say: printed("simulator")
  })
  const key = await newClient(dir, "dev")
  await keepRunning("infrastructure/main.ts", {
    env: serviceEnv(service.port, dir, simulator),
    cwd,
    folders: ["domain", "application", "adapters", "infrastructure"],
    say: printed("service")
  })
  console.log(`
${bold(`The service listens on ${service.url}, the platform simulator on ${simulator.url}.`)}
Each is started again when its code changes; the simulator then forgets what it knew. Data are in ./data. Ctrl-C ends both.
${byHand({ service: service.url, simulator: simulator.url, key })}`)
  await asked
}

const asked = untilAsked()
try {
  await Promise.race([dev(asked), asked])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await stopAll()
  // The watchers would go on.
  process.exit()
}
