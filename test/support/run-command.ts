import { Effect } from "effect"
import type { Command } from "../../src/infrastructure/surroundings.ts"
import type { Finished } from "./run-node.ts"
import { temporaryFolder } from "./temporary-folder.ts"

/** Runs a command of `certreg` in this process, with nothing in its environment but `env`. */
export const runCommand = async (
  run: Command,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>
): Promise<Finished> => {
  const [stdout, stderr]: [Array<string>, Array<string>] = [[], []]
  const output = {
    stdout: (line: string) => void stdout.push(line),
    stderr: (line: string) => void stderr.push(line),
    isTerminal: false
  }
  const code = await Effect.runPromise(run(args, { environment: env, directory: temporaryFolder(), output }))
  return { code, stdout: stdout.join("\n"), stderr: stderr.join("\n") }
}
