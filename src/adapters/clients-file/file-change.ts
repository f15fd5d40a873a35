import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as Result from "effect/Result"
import { codeOf } from "../../application/error-words.ts"
import { syncFolder } from "../files/durable.ts"

/** Milliseconds that another process may hold the file. */
const patience = 10_000
const sqliteBusy = 5

/** SQLite's lock is the operating system's: it dies with its holder, while a lock file would outlive a killed process. */
const alone = <A>(file: string, work: () => A): A => {
  const lock = new DatabaseSync(`${file}.lock`, { timeout: patience })
  try {
    lock.exec("BEGIN EXCLUSIVE")
    return work()
  } finally {
    lock.close()
  }
}

/** A word for what `changeFile` or `readText` threw: `locked` when another process held the file for too long. */
export const failureOf = (error: unknown): string =>
  error instanceof Error && "errcode" in error && error.errcode === sqliteBusy ? "locked" : codeOf(error)

/** The text of a file; undefined when there is none. Throws the system's error. */
export const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined
    throw error
  }
}

const replace = (file: string, text: string): void => {
  const next = `${file}.next`
  writeFileSync(next, text, { mode: 0o600, flush: true })
  renameSync(next, file)
  syncFolder(dirname(file))
}

/**
 * Changes a file as the only one among all processes: readers see the old text or the new one, which is durable when this returns. A
 * change that fails leaves it as it is. The folder is made when it is missing. Throws the system's error.
 */
export const changeFile = <E>(
  file: string,
  change: (text: string | undefined) => Result.Result<string, E>
): Result.Result<void, E> => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  return alone(file, () => Result.map(change(readText(file)), (text) => replace(file, text)))
}
