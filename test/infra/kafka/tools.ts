import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { promisify } from "node:util"

const execute = promisify(execFile)

/** Runs a program to its end; answers what it printed. */
export const run = async (program: string, args: ReadonlyArray<string>, timeout: number): Promise<string> => {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  const { stdout, stderr } = await execute(program, args, { env, timeout, killSignal: "SIGKILL", maxBuffer: 64e6 })
  return stdout + stderr
}

const oldestJava = 17
const answers = async (program: string, args: ReadonlyArray<string>, isFit: (output: string) => boolean) =>
  run(program, args, 60_000).then(isFit, () => false)

/** What is missing here of Java and Maven. */
const missing = async (): Promise<ReadonlyArray<string>> => {
  const java = (output: string) => Number(/version "(\d+)/.exec(output)?.[1]) >= oldestJava
  return [
    ...((await answers("java", ["-version"], java)) ? [] : [`Java ${oldestJava} or later`]),
    ...((await answers("mvn", ["-v"], () => true)) ? [] : ["Maven"])
  ]
}

const mayInstall = (): boolean =>
  process.getuid?.() === 0 && existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get")

/** Java and Maven; where root is asked on Debian, it installs what is not there. Answers why they are not there. */
export const provideTools = async (): Promise<string | undefined> => {
  const before = await missing()
  if (before.length === 0) return undefined
  if (!mayInstall()) return `there is no ${before.join(" and no ")}`
  console.log(`Kafka: installing ${before.join(" and ")} with apt-get.`)
  try {
    await run("apt-get", ["update", "-qq"], 120_000)
    const packages = ["default-jre-headless", "maven"]
    await run("apt-get", ["install", "-qq", "--yes", "--no-install-recommends", ...packages], 300_000)
  } catch {
    // What matters is what is there afterwards.
  }
  const after = await missing()
  return after.length === 0 ? undefined : `there is no ${after.join(" and no ")}, and apt-get does not bring it`
}
