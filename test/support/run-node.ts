import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { compiled } from "./compiled.ts"

export type Finished = { readonly code: number; readonly stdout: string; readonly stderr: string }

const root = new URL("../../", import.meta.url)

/** Runs a program, given by its URL or its path in the repository, to its end; it has no environment but the one that is given. */
export const runNode = (
  program: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
  cwd?: string
): Promise<Finished> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [fileURLToPath(new URL(program, root)), ...args],
      { env: { ...compiled(), ...env }, cwd, maxBuffer: 64e6 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    )
  })
