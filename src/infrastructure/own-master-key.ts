import { randomBytes } from "node:crypto"
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Result } from "effect"
import { syncDirectory } from "../adapters/clients-file/sync-directory.ts"
import { codeOf } from "../application/error-words.ts"
import type { MasterKeys } from "../application/ports/vault.ts"
import { masterKeys } from "./master-keys.ts"
import type { Problem } from "./problem.ts"

/** Of several processes, the one that links first makes the key: it is whole and on disk when another sees it. */
const makeKey = (directory: string, file: string): void => {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flush: true })
  try {
    linkSync(draft, file)
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error
  } finally {
    rmSync(draft)
  }
  syncDirectory(directory)
}

/**
 * What is in `master.key` of the data directory. Directory and file are made, for their owner alone, when they are missing; the file is
 * not when the directory holds data, which a new key would not open.
 */
export const ownMasterKeys = (dataDir: string, holdsData: boolean): Result.Result<MasterKeys, Problem> => {
  const file = join(dataDir, "master.key")
  const fail = (rule: string) => Result.fail({ variable: "DATA_DIR", rule })
  if (holdsData && !existsSync(file))
    return Result.fail({
      variable: "MASTER_KEY",
      rule: "is missing: DATA_DIR holds data that were made with one, and no file master.key; give it in MASTER_KEY or MASTER_KEY_FILE, or put the file back"
    })
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    if (!existsSync(file)) makeKey(dataDir, file)
    else chmodSync(file, 0o600)
    const keys = masterKeys.read(readFileSync(file, "utf8"))
    return keys ? Result.succeed(keys) : fail("has a file master.key that holds no master key")
  } catch (error) {
    return fail(`takes a directory that can be read and written (${codeOf(error)})`)
  }
}
