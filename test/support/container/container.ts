import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { chmodSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { atTheLatest } from "../at-the-latest.ts"
import type { Env } from "../service-program.ts"
import type { Image } from "./image.ts"

/** Whether a program can be started as the user of the image; only root can do that, and only where that user may read the Node of this run. */
const ownerOf = ({ user = "" }: Image) => {
  const [uid = Number.NaN, gid = Number.NaN] = user.split(":").map(Number)
  if (process.getuid?.() !== 0) return {}
  const { status } = spawnSync(process.execPath, ["--version"], { uid, gid })
  if (status === 0) return { uid, gid }
  console.warn(`The image is not run as its user: that one may not start ${process.execPath}.`)
  return {}
}

/** The environment inside: what the image says and what is added, with paths of the image where they are on this machine. */
const environmentOf = ({ root, env }: Image, added: Env): Env => {
  const tmp = join(root, "tmp")
  mkdirSync(tmp, { recursive: true })
  chmodSync(tmp, 0o1777)
  const all = Object.entries({ ...env, ...added })
  const inside = all.map(([name, value]) => [name, value.startsWith("/") ? join(root, value) : value])
  return { ...Object.fromEntries(inside), TMPDIR: tmp }
}

export interface Container {
  readonly port: number
  readonly output: () => string
  readonly ended: Promise<number | null>
  readonly kill: (signal: NodeJS.Signals) => void
}
type Wishes = { readonly env?: Env; readonly command?: ReadonlyArray<string> }

const launch = (image: Image, words: ReadonlyArray<string>, env: Env): ChildProcess => {
  const [program, ...args] = words
  if (program !== "node") throw new Error(`the tests can run node alone, not ${program}`)
  return spawn(process.execPath, args, {
    ...ownerOf(image),
    cwd: join(image.root, image.workdir),
    env: environmentOf(image, env),
    stdio: ["ignore", "pipe", "pipe"]
  })
}

const outputOf = (child: ChildProcess) => {
  let output = ""
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      output += chunk
    })
  return () => output
}

/** Runs a program to its end, as `docker exec` would: without the entry point. */
export const runInside = async (image: Image, words: ReadonlyArray<string>, env: Env = {}) => {
  const child = launch(image, words, env)
  const output = outputOf(child)
  const [code] = await once(child, "close")
  return { code: code as number | null, output: output() }
}

/** Runs what a container of the image would run to its end. */
export const runToEnd = (image: Image, { env = {}, command = image.command }: Wishes) =>
  runInside(image, [...image.entrypoint, ...command], env)

/** Starts what a container of the image would run, and waits until it says that it listens. */
export const startContainer = async (image: Image, { env = {}, command }: Wishes): Promise<Container> => {
  const child = launch(image, [...image.entrypoint, ...(command ?? image.command)], env)
  const isOver = atTheLatest(() => void child.kill("SIGKILL"))
  const output = outputOf(child)
  const ended = once(child, "close").then(([code]): number | null => {
    isOver()
    return code
  })
  const port = await new Promise<number>((resolve, reject) => {
    ended.then((code) => reject(new Error(`it ended with ${code} before it listened: ${output()}`)))
    if (child.stdout === null) throw new Error("it has no output")
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.includes('"listening"')) resolve((JSON.parse(line) as { readonly port: number }).port)
    })
  })
  return { port, output, ended, kill: (signal) => void child.kill(signal) }
}
