import { parseArgs } from "node:util"
import * as Result from "effect/Result"
import { type AsOf, asOfRule, readAsOf } from "../../application/history/as-of.ts"
import { usage } from "./usage.ts"

export type HistoryArguments = { readonly id: string; readonly at?: AsOf; readonly isJson: boolean }

const options = { "as-of": { type: "string" }, json: { type: "boolean" } } as const

const split = (args: ReadonlyArray<string>) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch {
    return undefined
  }
}

/** Reads what follows `certreg history`. A failure is what to tell the operator. */
export const readHistoryArguments = (args: ReadonlyArray<string>): Result.Result<HistoryArguments, string> => {
  const { values, positionals } = split(args) ?? { values: {}, positionals: [] }
  const [id, ...more] = positionals
  if (id === undefined || more.length > 0) return Result.fail(usage)
  const asked = { id, isJson: values.json === true }
  const text = values["as-of"]
  if (text === undefined) return Result.succeed(asked)
  const at = readAsOf(text)
  return at === undefined ? Result.fail(`--as-of takes ${asOfRule}.`) : Result.succeed({ ...asked, at })
}
