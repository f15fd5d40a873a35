import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Result } from "effect"
import { syncFolder } from "../adapters/files/durable.ts"
import { codeOf } from "../application/error-words.ts"
import type { Problem } from "./problem.ts"

/** Of several processes, the one that links first makes the file: it is whole and on disk when another sees it. */
const make = (directory: string, file: string, text: string): void => {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, text, { mode: 0o600, flush: true })
  try {
    linkSync(draft, file)
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error
  } finally {
    rmSync(draft)
  }
  syncFolder(directory)
}

export const isInDataDir = (dataDir: string, name: string): boolean => existsSync(join(dataDir, name))

/** What is in a file of the data directory. Directory and file are made, for their owner alone, when they are missing. */
export const ownFile = (dataDir: string, name: string, newText: () => string): Result.Result<string, Problem> => {
  const file = join(dataDir, name)
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    if (existsSync(file)) chmodSync(file, 0o600)
    else make(dataDir, file, newText())
    return Result.succeed(readFileSync(file, "utf8"))
  } catch (error) {
    const rule = `takes a directory that can be read and written (${codeOf(error)})`
    return Result.fail({ variable: "DATA_DIR", rule })
  }
}
