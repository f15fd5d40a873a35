import { randomBytes } from "node:crypto"
import { Result } from "effect"
import type { MasterKeys } from "../application/ports/vault.ts"
import { masterKeys } from "./master-keys.ts"
import { isInDataDir, ownFile } from "./own-file.ts"
import type { Problem } from "./problem.ts"

const name = "master.key"

/**
 * What is in `master.key` of the data directory. Directory and file are made when they are missing; the file is not when the directory holds
 * data, which a new key would not open.
 */
export const ownMasterKeys = (dataDir: string, holdsData: boolean): Result.Result<MasterKeys, Problem> => {
  if (holdsData && !isInDataDir(dataDir, name))
    return Result.fail({
      variable: "MASTER_KEY",
      rule: `is missing: DATA_DIR holds data that were made with one, and no file ${name}; give it in MASTER_KEY or MASTER_KEY_FILE, or put the file back`
    })
  const text = ownFile(dataDir, name, () => `${randomBytes(32).toString("base64")}\n`)
  return Result.flatMap(text, (text) => {
    const keys = masterKeys.read(text)
    return keys
      ? Result.succeed(keys)
      : Result.fail({ variable: "DATA_DIR", rule: `has a file ${name} that holds no master key` })
  })
}
