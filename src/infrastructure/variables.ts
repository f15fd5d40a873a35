import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseEnv } from "node:util"
import * as Result from "effect/Result"
import { codeOf } from "../application/error-words.ts"
import type { Problem } from "./problem.ts"

/** Set variables alone: an empty one counts as unset. */
export type Variables = Readonly<Record<string, string>>
type Source = Readonly<Record<string, string | undefined>>

const isName = /^[A-Za-z_]\w*$/

const dotEnv = (directory: string): Result.Result<Source, Problem> => {
  try {
    const text = readFileSync(join(directory, ".env"), "utf8")
    // As some editors on Windows write it: every variable would be missing.
    if (text.includes("\0")) return Result.fail({ variable: ".env", rule: "takes text in UTF-8" })
    const source = parseEnv(text.replace(/^\uFEFF/, ""))
    // Such as YAML's `NAME: value=`, whose name would hold a secret and be named.
    return Object.keys(source).every((name) => isName.test(name))
      ? Result.succeed(source)
      : Result.fail({ variable: ".env", rule: "takes lines of NAME=value, and has another one" })
  } catch (error) {
    const code = codeOf(error)
    return code === "ENOENT" ? Result.succeed({}) : Result.fail({ variable: ".env", rule: `cannot be read (${code})` })
  }
}

/** The environment, and below it the file `.env` of a directory. An empty variable in the environment takes back what `.env` sets. */
export const readVariables = (environment: Source, directory: string): Result.Result<Variables, Problem> =>
  Result.map(dotEnv(directory), (file) => {
    const variables: Record<string, string> = {}
    for (const name of Object.keys({ ...file, ...environment })) {
      const text = environment[name] ?? file[name]
      if (text !== undefined && text !== "") variables[name] = text
    }
    return variables
  })

/** Where nothing is made that should be there. */
export const isProduction = ({ NODE_ENV }: Variables): boolean => NODE_ENV === "production"

/** Absolute paths; both have defaults (contract/service-api §5). */
export const dataDirOf = ({ DATA_DIR = "data" }: Variables, directory: string): string => resolve(directory, DATA_DIR)
export const clientsFileOf = (variables: Variables, directory: string): string =>
  variables["API_CLIENTS_FILE"] === undefined
    ? join(dataDirOf(variables, directory), "clients.json")
    : resolve(directory, variables["API_CLIENTS_FILE"])
