// What this imports of `effect` it imports module by module: all of them take longer to load than a command takes.
import * as Effect from "effect/Effect"
import { say } from "../adapters/cli/say.ts"
import { usage } from "../adapters/cli/usage.ts"
import { guardProcess } from "./guard-process.ts"
import type { Command, Surroundings } from "./surroundings.ts"

/** In the order of `usage`. Loaded on demand: most of them bring the whole configuration and the stores with them. */
const commands = new Map<string, () => Promise<{ readonly run: Command }>>([
  ["client", () => import("./commands/client.ts")],
  ["init", () => import("./commands/init.ts")],
  ["history", () => import("./commands/history.ts")],
  ["verify", () => import("./commands/verify.ts")],
  ["export", () => import("./commands/export.ts")],
  ["verify-export", () => import("./commands/verify-export.ts")],
  ["replay", () => import("./commands/replay.ts")],
  ["erasures", () => import("./commands/erasures.ts")],
  ["backup", () => import("./commands/backup.ts")],
  ["restore", () => import("./commands/restore.ts")],
  ["keys", () => import("./commands/keys.ts")],
  ["views", () => import("./commands/views.ts")],
  ["kafka", () => import("./commands/kafka.ts")]
])

const surroundings: Surroundings = {
  environment: process.env,
  directory: process.cwd(),
  output: { stdout: console.log, stderr: console.error, isTerminal: process.stdout.isTTY === true }
}

const run = ([name = "", ...args]: ReadonlyArray<string>) => {
  const load = commands.get(name)
  if (load) return Effect.flatMap(Effect.promise(load), ({ run }) => run(args, surroundings))
  return say(name === "help" || name === "--help" ? 0 : 2, usage, surroundings.output)
}

guardProcess()
// The code alone, so that what was written still gets out.
process.exitCode = await Effect.runPromise(run(process.argv.slice(2)))
