import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { atTheLatest } from "../at-the-latest.ts"

export type Jvm = {
  readonly pid: number
  readonly ended: Promise<number | null>
  readonly output: () => string
  readonly kill: (signal: NodeJS.Signals) => void
}

const kept = 20_000
/** Made for programs that run for seconds beside others on few cores. */
const thrifty = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]

/** Starts a main class of the jars in `lib`; it ends with this process at the latest. */
export const startJava = (lib: string, heapMegabytes: number, args: ReadonlyArray<string>): Jvm => {
  const options = ["-Xms128m", `-Xmx${heapMegabytes}m`, ...thrifty, "-cp", join(lib, "*")]
  const child = spawn("java", [...options, ...args], { stdio: ["ignore", "pipe", "pipe"] })
  const isOver = atTheLatest(() => void child.kill("SIGKILL"))
  let output = ""
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output = (output + chunk).slice(-kept)
    })
  const ended = once(child, "close").then(([code]): number | null => {
    isOver()
    return code
  })
  return { pid: child.pid ?? 0, ended, output: () => output, kill: (signal) => void child.kill(signal) }
}
