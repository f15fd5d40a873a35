import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { atTheLatest } from "../support/at-the-latest.ts"
import type { Env } from "../support/service-program.ts"
import { type Answered, type Death, deathVariable, type Met, type Told } from "./death.ts"

const program = fileURLToPath(new URL("../support/chaos-program.ts", import.meta.url))

/** One life of the service, from its start to its end. */
export interface Life {
  /** Undefined when it died before it listened. */
  readonly port: number | undefined
  readonly ended: Promise<void>
  /** It has heard it when this returns. */
  readonly arm: (death: Death) => Promise<void>
  readonly met: () => Promise<Met>
  readonly kill: (signal: "SIGKILL" | "SIGTERM") => Promise<void>
  readonly output: () => string
}

/** Returns when it listens, or is dead. */
export const startLife = async (env: Env, death?: Death): Promise<Life> => {
  const variables = { ...env, ...(death && { [deathVariable]: JSON.stringify(death) }) }
  const child = spawn(process.execPath, [program], { env: variables, stdio: ["ignore", "pipe", "pipe", "ipc"] })
  const isOver = atTheLatest(() => void child.kill("SIGKILL"))
  const ended = once(child, "close").then(isOver)
  let output = ""
  child.stderr?.on("data", (chunk) => {
    output += chunk
  })
  const listening = new Promise<number>((resolve) => {
    if (child.stdout === null) return
    createInterface({ input: child.stdout }).on("line", (line) => {
      output += `${line}\n`
      if (line.includes('"listening"')) resolve((JSON.parse(line) as { port: number }).port)
    })
  })
  const port = await Promise.race([listening, ended.then(() => undefined)])

  /** Who dies meanwhile answers nothing. */
  const ask = async (told: Told): Promise<Answered | undefined> => {
    const answer = once(child, "message").then(([message]) => message as Answered)
    child.send(told, () => {})
    return Promise.race([answer, ended.then(() => undefined)])
  }
  return {
    port,
    ended,
    arm: async (armed) => void (await ask({ arm: armed })),
    met: async () => {
      const answer = await ask({ tell: "met" })
      return answer && "met" in answer ? answer.met : {}
    },
    kill: (signal) => {
      child.kill(signal)
      return ended
    },
    output: () => output
  }
}
