import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { Redacted, Result } from "effect"
import { codeOf } from "../application/error-words.ts"
import type { MasterKeys } from "../application/ports/vault.ts"
import type { Problem } from "./problem.ts"
import { type Kind, type Reader, required } from "./reader.ts"
import { isProduction } from "./variables.ts"

type MasterKey = MasterKeys[number]

/** Buffer skips what is no base64: only what comes out again as it went in was meant. */
const readKey = (text: string): MasterKey | undefined => {
  const bytes = Buffer.from(text, "base64")
  return bytes.length === 32 && bytes.toString("base64") === text ? Redacted.make<Uint8Array>(bytes) : undefined
}

export const masterKeys: Kind<MasterKeys> = {
  takes: "32 bytes in base64, or several such keys with commas between them",
  read: (text) => {
    const [first, ...more] = text.split(",").map((word) => readKey(word.trim()))
    const isKey = (key: MasterKey | undefined) => key !== undefined
    return first && more.every(isKey) ? Object.freeze<MasterKeys>([first, ...more]) : undefined
  }
}

const inFile = (file: string): Result.Result<MasterKeys, ReadonlyArray<Problem>> => {
  const fail = (rule: string) => Result.fail([{ variable: "MASTER_KEY_FILE", rule }])
  try {
    const keys = masterKeys.read(readFileSync(file, "utf8"))
    return keys ? Result.succeed(keys) : fail(`takes a file that holds ${masterKeys.takes}`)
  } catch (error) {
    return fail(`takes a file that can be read (${codeOf(error)})`)
  }
}

const given = required("MASTER_KEY", masterKeys)
const inProduction = required("MASTER_KEY", {
  ...masterKeys,
  takes: `${masterKeys.takes}, unless MASTER_KEY_FILE names a file that holds them`
})

/** The keys that the configuration gives; undefined when it leaves them to us, which it may not do in production. */
export const givenMasterKeys =
  (directory: string): Reader<MasterKeys | undefined> =>
  (variables) => {
    const { MASTER_KEY: text, MASTER_KEY_FILE: file } = variables
    if (text !== undefined && file !== undefined)
      return Result.fail([{ variable: "MASTER_KEY_FILE", rule: "is not taken together with MASTER_KEY" }])
    if (file !== undefined) return inFile(resolve(directory, file))
    if (text !== undefined) return given(variables)
    return isProduction(variables) ? inProduction(variables) : Result.succeed(undefined)
  }
