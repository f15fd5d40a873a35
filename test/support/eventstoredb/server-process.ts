import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { atTheLatest } from "../at-the-latest.ts"
import { eventually } from "../eventually.ts"
import type { Report } from "./control.ts"
import type { Fault } from "./faults.ts"
import type { Stage } from "./node.ts"

const program = fileURLToPath(new URL("./server-program.ts", import.meta.url))

export interface ProcessOptions {
  /** The folder of the log; without one it is gone with the process. */
  readonly data?: string
  readonly port?: number
  readonly graceMs?: number
  readonly startingMs?: number
  readonly electionMs?: number
  readonly bytesOfIds?: number
}

/** An EventStoreDB double that runs by itself, and what a test may do to it. */
export interface EventStoreDbProcess {
  /** The connection string; the same in every life. */
  readonly url: string
  /** Where it answers over HTTP/1. */
  readonly httpUrl: string
  readonly fault: (fault: Fault) => Promise<void>
  readonly clearFaults: () => Promise<void>
  readonly setStage: (stage: Partial<Stage>) => Promise<void>
  readonly dropConnections: () => Promise<void>
  /** Ends the open subscriptions with a status. */
  readonly endSubscriptions: (code: number, message?: string) => Promise<void>
  /** Ends the open subscriptions without a status, as a server does that stops. */
  readonly resetSubscriptions: () => Promise<void>
  /** Nothing more comes on the open subscriptions. */
  readonly silenceSubscriptions: () => Promise<void>
  /** Answers how many events it removed. */
  readonly scavenge: () => Promise<number>
  readonly report: () => Promise<Report>
  /** Stops the process and all its threads where they are. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** Answers the exit code; null when a signal ended it. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<number | null>
  /** Starts it again on the same port and the same data, with other options if need be; waits until it takes calls. */
  readonly start: (options?: ProcessOptions, how?: { readonly untilReady: boolean }) => Promise<void>
  readonly restart: (signal?: NodeJS.Signals) => Promise<void>
}

const flags = (options: ProcessOptions): ReadonlyArray<string> =>
  Object.entries(options).map(
    ([name, value]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}=${value}`
  )

/** Starts the program and waits until it listens. */
const startProgram = async (options: ProcessOptions) => {
  const child = spawn(process.execPath, [program, ...flags(options)], { stdio: ["ignore", "pipe", "inherit"] })
  const isOver = atTheLatest(() => void child.kill("SIGKILL"))
  const ended = once(child, "close").then(([code]): number | null => {
    isOver()
    return code
  })
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    ended.then((code) => {
      throw new Error(`the EventStoreDB double ended with ${code} before it listened`)
    })
  ])
  const { port, controlPort } = JSON.parse(line) as { readonly port: number; readonly controlPort: number }
  return { port, controlPort, ended, kill: (signal: NodeJS.Signals) => child.kill(signal) }
}

export const startEventStoreDb = async (options: ProcessOptions = {}): Promise<EventStoreDbProcess> => {
  let life = await startProgram(options)
  const { port } = life
  const httpUrl = `http://127.0.0.1:${port}`
  const control = async <A>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<A> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const response = await fetch(`http://127.0.0.1:${life.controlPort}/${path}`, init)
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    return (await response.json()) as A
  }
  const untilReady = () =>
    eventually("the EventStoreDB double", async () => {
      const info = await fetch(`${httpUrl}/info`).then((response) => response.json())
      return (info as { readonly state: string }).state === "leader"
    })
  const kill = (signal: NodeJS.Signals = "SIGKILL") => {
    life.kill(signal)
    return life.ended
  }
  const start: EventStoreDbProcess["start"] = async (other = {}, how = { untilReady: true }) => {
    life = await startProgram({ ...options, ...other, port })
    if (how.untilReady) await untilReady()
  }
  if ((options.startingMs ?? 0) + (options.electionMs ?? 0) === 0) await untilReady()

  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    httpUrl,
    fault: (fault) => control("POST", "faults", fault),
    clearFaults: () => control("DELETE", "faults"),
    setStage: (stage) => control("POST", "stage", stage),
    dropConnections: () => control("POST", "drop-connections"),
    endSubscriptions: (code, message = "Ended.") => control("POST", "end-subscriptions", { code, message }),
    resetSubscriptions: () => control("POST", "reset-subscriptions"),
    silenceSubscriptions: () => control("POST", "silence-subscriptions"),
    scavenge: async () => (await control<{ readonly removed: number }>("POST", "scavenge")).removed,
    report: () => control("GET", "report"),
    freeze: () => void life.kill("SIGSTOP"),
    thaw: () => void life.kill("SIGCONT"),
    kill,
    start,
    restart: async (signal) => {
      await kill(signal)
      await start()
    }
  }
}
