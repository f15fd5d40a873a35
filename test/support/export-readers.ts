import { execFile, execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { runNode } from "./run-node.ts"
import { temporaryFolder } from "./temporary-folder.ts"

export type Said = readonly [code: unknown, sentence: string]
/** What somebody verifies an export with: the arguments of each time, and what it said then. */
export type Reader = (times: ReadonlyArray<ReadonlyArray<string>>) => Promise<ReadonlyArray<Said>>

const inFile = (times: ReadonlyArray<ReadonlyArray<string>>): string => {
  const file = join(temporaryFolder(), "times.json")
  writeFileSync(file, JSON.stringify(times))
  return file
}

/** docs/verify-export.mjs. */
export const inNode: Reader = async (times) => {
  const { stdout, stderr } = await runNode("test/support/standalone-exports-program.ts", [inFile(times)], {})
  if (stderr !== "") throw new Error(stderr)
  return JSON.parse(stdout) as ReadonlyArray<Said>
}

const script = fileURLToPath(new URL("../../docs/verify-export.py", import.meta.url))
/** Runs the script on many files one after the other. */
const driver = `
import contextlib, io, json, runpy, sys
said = []
for args in json.load(open(sys.argv[1])):
    sys.argv = [${JSON.stringify(script)}, *args]
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out): runpy.run_path(sys.argv[0], run_name="__main__")
        code = "no end"
    except SystemExit as end: code = end.code
    except BaseException as error: code = repr(error)
    said.append([code, out.getvalue().strip()])
print(json.dumps(said))
`

/** docs/verify-export.py. */
export const inPython: Reader = (times) =>
  new Promise((resolve, reject) => {
    const args = ["-c", driver, inFile(times)]
    execFile("python3", args, { env: pythonEnv, maxBuffer: 64e6 }, (error, stdout, stderr) =>
      error === null ? resolve(JSON.parse(stdout) as ReadonlyArray<Said>) : reject(new Error(stderr))
    )
  })

const pythonEnv = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", PYTHONDONTWRITEBYTECODE: "1" }

/** Why there is no Python to read exports with; undefined where there is. */
export const noPython = (() => {
  try {
    const version = "import sys, cryptography; sys.exit(0 if sys.version_info >= (3, 9) else 1)"
    execFileSync("python3", ["-c", version], { env: pythonEnv, stdio: "ignore" })
    return undefined
  } catch {
    return "Python: not run, there is no python3 of 3.9 or later with the package cryptography here."
  }
})()
