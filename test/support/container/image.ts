import { execFile } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { atTheLatest } from "../at-the-latest.ts"
import { buildContext } from "./build-context.ts"
import { type Instruction, type Stage, settingsOf, stagesOf } from "./dockerfile.ts"

const repository = fileURLToPath(new URL("../../../", import.meta.url))
const isRoot = process.getuid?.() === 0

export interface Image extends ReturnType<typeof settingsOf> {
  /** The folder that is its root file system, but for what its base image holds. */
  readonly root: string
  readonly remove: () => void
}

/** What an npm that runs these tests says to the programs below it is not for this one, but for where packages come from. */
const environment = (): NodeJS.ProcessEnv => {
  const ours = /^(npm_(?!config_(registry|cache|userconfig|globalconfig|.*proxy)$)|NODE_ENV$|NODE_OPTIONS$|VITEST)/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
}

/** What is missing here is nothing that the Dockerfile could do about. */
export class CannotBuild extends Error {}
const unreachable =
  /npm error code (E(?:NOTFOUND|CONNREFUSED|CONNRESET|TIMEDOUT|AI_AGAIN|HOSTUNREACH|NETUNREACH)|ENOTCACHED)/

/** A program of a `RUN`, without its shell. Paths of the image are those of a folder here; only root gives files away. */
const run = async (root: string, workdir: string, words: ReadonlyArray<string>): Promise<void> => {
  const [program = "", ...args] = words
  if (!["npm", "chmod", "install"].includes(program) || args.some((arg) => /[&|;<>$*`"']/.test(arg)))
    throw new Error(`RUN ${words.join(" ")}: the tests do not know that`)
  const giveAway = (i: number) => /^-[og]$/.test(args[i] ?? "") || /^-[og]$/.test(args[i - 1] ?? "")
  const usable = args
    .filter((_, i) => program !== "install" || isRoot || !giveAway(i))
    .map((arg) => (arg.startsWith("/") ? join(root, arg) : arg))
  // What was downloaded once needs no network.
  const env = { ...environment(), npm_config_prefer_offline: "true", npm_config_fetch_retry_mintimeout: "1000" }
  await promisify(execFile)(program, usable, { cwd: join(root, workdir), env, maxBuffer: 64e6 }).catch((error) => {
    const [, code] = unreachable.exec(error.stderr) ?? []
    throw code === undefined ? error : new CannotBuild(`npm cannot reach a registry (${code})`)
  })
}

const isInContext = buildContext(repository)

/** What stands in another stage is moved: ten thousand files take long to copy, and each is wanted once. */
const copyFrom = (stage: string, from: string, to: string): void => {
  if (!existsSync(from)) throw new Error(`COPY --from=${stage} ${from}: it is not there, or was copied before`)
  renameSync(from, to)
}

const copyOurs = (source: string, to: string): void => {
  const isPart = (path: string) => isInContext(relative(repository, path))
  const from = join(repository, source)
  if (!existsSync(from)) throw new Error(`COPY ${source}: it is not there`)
  if (!isPart(from)) throw new Error(`COPY ${source}: .dockerignore leaves it out`)
  cpSync(from, to, { recursive: true, filter: isPart })
}

const copyAll = (root: string, workdir: string, { words, flags }: Instruction, roots: Map<string, string>): void => {
  const target = words.at(-1) ?? ""
  const { from: stage } = flags
  for (const source of words.slice(0, -1)) {
    const to = join(root, target.startsWith("/") ? "" : workdir, target, target.endsWith("/") ? basename(source) : "")
    if (stage === undefined) copyOurs(source, to)
    else copyFrom(stage, join(roots.get(stage) ?? "", source), to)
  }
}

const buildStage = async (root: string, stage: Stage, roots: Map<string, string>): Promise<void> => {
  let workdir = "/"
  for (const instruction of stage.instructions) {
    const { name, words } = instruction
    if (name === "WORKDIR") {
      workdir = words[0] ?? "/"
      mkdirSync(join(root, workdir), { recursive: true })
    }
    if (name === "COPY") copyAll(root, workdir, instruction, roots)
    if (name === "RUN") await run(root, workdir, words)
  }
}

const buildIn = async (folder: string): Promise<Omit<Image, "remove">> => {
  const roots = new Map<string, string>()
  const stages = stagesOf(readFileSync(join(repository, "Dockerfile"), "utf8"))
  for (const [i, stage] of stages.entries()) {
    const root = join(folder, stage.name ?? `${i}`)
    mkdirSync(root)
    await buildStage(root, stage, roots)
    roots.set(stage.name ?? `${i}`, root)
  }
  const last = stages.at(-1)
  if (last === undefined) throw new Error("the Dockerfile has no stage")
  return { ...settingsOf(last), root: join(folder, last.name ?? `${stages.length - 1}`) }
}

/** Does what the Dockerfile says, in a temporary folder, with the Node and npm of this machine; the last stage is the image. */
export const buildImage = async (): Promise<Image> => {
  if (process.platform === "win32") throw new CannotBuild("Windows has not the programs that it runs")
  const folder = mkdtempSync(join(tmpdir(), "certreg-image-"))
  // Also whoever the image runs as may go through it.
  chmodSync(folder, 0o711)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const isRemoved = atTheLatest(remove)
  try {
    const image = await buildIn(folder)
    return {
      ...image,
      remove: () => {
        remove()
        isRemoved()
      }
    }
  } catch (error) {
    remove()
    throw error
  }
}
