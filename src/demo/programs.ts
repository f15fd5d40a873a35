import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const source = fileURLToPath(new URL("..", import.meta.url))

export type Listening = { readonly host: string; readonly port: number; readonly url: string }
/** A program that was started, and may not listen yet. */
export type Launched = {
  readonly pid: number
  /** Rejects when it ends before it listens. */
  readonly listening: Promise<Listening>
  /** Answers its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
  readonly stop: () => Promise<void>
}
export type Program = Omit<Launched, "listening"> & {
  readonly listening: Listening
  /** From its start until it listened. */
  readonly startMillis: number
}

/** What every child gets of our environment: nothing that could configure the service by accident. */
const inherited = { PATH: process.env["PATH"], HOME: process.env["HOME"], TMPDIR: process.env["TMPDIR"] }

export type Options = {
  readonly args?: ReadonlyArray<string>
  readonly env?: NodeJS.ProcessEnv
  /** Where it looks for a file `.env`; by default where we do. */
  readonly cwd?: string
}
type OnLine = (line: string) => void

const running = new Set<Launched>()

/** Starts one of our programs. `onLine` gets every line of its stdout. */
export const launch = (file: string, { args = [], env = {}, cwd }: Options, onLine: OnLine = () => {}): Launched => {
  const child = spawn(process.execPath, [`${source}${file}`, ...args], {
    env: { ...inherited, ...env },
    cwd,
    stdio: ["ignore", "pipe", "inherit"]
  })
  const ended = once(child, "close").then(([code]) => {
    running.delete(launched)
    return code
  })
  const listening = new Promise<Listening>((resolve, reject) => {
    ended.then((code) => reject(new Error(`${file} ended with exit code ${code} before it listened`)))
    createInterface({ input: child.stdout }).on("line", (line) => {
      onLine(line)
      const heard = listeningIn(line)
      if (heard) resolve(heard)
    })
  })
  // Not everybody waits for it.
  listening.catch(() => {})
  const stop = async () => {
    child.kill("SIGTERM")
    await ended
  }
  const launched = { pid: child.pid ?? 0, listening, ended, stop }
  running.add(launched)
  return launched
}

/** Stops every program that was started here and still runs, or is started meanwhile. */
export const stopAll = async (): Promise<void> => {
  while (running.size > 0) await Promise.all([...running].map(({ stop }) => stop()))
}

/** Starts one of our programs and waits until it says on stdout that it listens. */
export const start = async (file: string, options: Options, onLine?: OnLine): Promise<Program> => {
  const begun = performance.now()
  const launched = launch(file, options, onLine)
  const listening = await launched.listening
  return { ...launched, listening, startMillis: performance.now() - begun }
}

/** Returns at Ctrl-C, or when somebody else asks this process to end. Who asks again a second later does not want to wait. */
export const untilAsked = (): Promise<void> =>
  new Promise((resolve) => {
    let askedAt: number | undefined
    const ask = () => {
      // npm passes a Ctrl-C on that has come from the terminal already.
      if (askedAt !== undefined && performance.now() - askedAt > 1000) process.exit(1)
      askedAt ??= performance.now()
      resolve()
    }
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, ask)
  })

/** Runs one of our programs to its end and answers what it printed. */
export const run = async (file: string, options: Options): Promise<string> => {
  const lines: Array<string> = []
  const code = await launch(file, options, (line) => lines.push(line)).ended
  if (code !== 0) throw new Error(`${file} ended with exit code ${code}`)
  return lines.join("\n")
}

const listeningIn = (line: string): Listening | undefined => {
  try {
    const { event, host, port } = JSON.parse(line) ?? {}
    return event === "listening" ? { host, port, url: `http://${host}:${port}` } : undefined
  } catch {
    return undefined
  }
}
