import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { atTheLatest } from "./at-the-latest.ts"
import { eventually } from "./eventually.ts"
import type { Env } from "./service-program.ts"
import { temporaryFolder } from "./temporary-folder.ts"

/** A consumer of `examples/`, as a program with a state file of its own. */
export const exampleOf = (file: "feed-consumer.ts" | "kafka-consumer.ts") => {
  const stateFile = join(temporaryFolder(), "state.db")
  const program = fileURLToPath(new URL(`../../examples/${file}`, import.meta.url))
  let stop: (signal: NodeJS.Signals) => Promise<void> = async () => {}
  let output = ""

  const select = (sql: string): ReadonlyArray<Readonly<Record<string, unknown>>> => {
    if (!existsSync(stateFile)) return []
    const db = new DatabaseSync(stateFile, { readOnly: true, timeout: 5000 })
    try {
      const isReady = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'registration'").get() !== undefined
      return isReady ? db.prepare(sql).all() : []
    } finally {
      db.close()
    }
  }
  /** The ids of the messages that it has worked on, in the order of the work. */
  const done = (): ReadonlyArray<string> => select("SELECT id FROM done ORDER BY n").map(({ id }) => String(id))

  return {
    start: (env: Env) => {
      const child = spawn(process.execPath, [program], {
        env: { ...env, STATE_FILE: stateFile },
        stdio: ["ignore", "pipe", "pipe"]
      })
      const isOver = atTheLatest(() => void child.kill("SIGKILL"))
      const ended = once(child, "close").then(isOver)
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk))
      stop = async (signal) => {
        child.kill(signal)
        await ended
      }
    },
    /** SIGKILL, unless said otherwise. */
    kill: (signal: NodeJS.Signals = "SIGKILL") => stop(signal),
    done,
    /** Waits until it has worked on so many messages. */
    untilDone: (count: number) =>
      eventually(`${count} messages at ${file}`, () => done().length >= count).catch((error: Error) => {
        throw new Error(`${error.message}; it has ${done().length}: ${output}`)
      }),
    /** What it keeps of each registration. */
    registrations: () =>
      Object.fromEntries(
        select("SELECT id, state, messages FROM registration").map(({ id, state, messages }) => [
          String(id),
          { state, messages }
        ])
      ),
    places: () => select("SELECT * FROM place")
  }
}
