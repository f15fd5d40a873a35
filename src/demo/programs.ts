import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const source = fileURLToPath(new URL("..", import.meta.url))

export type Listening = { readonly host: string; readonly port: number; readonly url: string }
export type Program = {
  readonly pid: number
  /** From its start until it listened. */
  readonly startMillis: number
  readonly listening: Listening
  readonly ended: Promise<unknown>
  readonly stop: () => Promise<void>
}

/** What every child gets of our environment: nothing that could configure the service by accident. */
const inherited = { PATH: process.env["PATH"], HOME: process.env["HOME"], TMPDIR: process.env["TMPDIR"] }

type Options = { readonly args?: ReadonlyArray<string>; readonly env?: NodeJS.ProcessEnv; readonly watch?: boolean }

const launch = (file: string, { args = [], env = {}, watch = false }: Options): ChildProcess =>
  spawn(
    process.execPath,
    [...(watch ? ["--watch", "--watch-preserve-output", `--watch-path=${source}`] : []), `${source}${file}`, ...args],
    {
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "inherit"]
    }
  )

/** Starts one of our programs and waits until it says on stdout that it listens. `onLine` gets every further line. */
export const start = async (
  file: string,
  options: Options,
  onLine: (line: string) => void = () => {}
): Promise<Program> => {
  const begun = performance.now()
  const child = launch(file, options)
  const ended = once(child, "exit")
  const listening = await new Promise<Listening>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${file} ended with exit code ${code} before it listened`)))
    createInterface({ input: child.stdout ?? process.stdin }).on("line", (line) => {
      const said = parse(line)
      if (said?.["event"] !== "listening") return onLine(line)
      const { host, port } = said as { host: string; port: number }
      resolve({ host, port, url: `http://${host}:${port}` })
    })
  })
  const stop = async () => {
    child.kill("SIGTERM")
    await ended
  }
  return { pid: child.pid ?? 0, startMillis: performance.now() - begun, listening, ended, stop }
}

/** Runs one of our programs to its end and answers what it printed. */
export const run = async (file: string, options: Options): Promise<string> => {
  const child = launch(file, options)
  let printed = ""
  child.stdout?.on("data", (chunk) => {
    printed += chunk
  })
  const [code] = await once(child, "close")
  if (code !== 0) throw new Error(`${file} ended with exit code ${code}`)
  return printed.trim()
}

const parse = (line: string): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
