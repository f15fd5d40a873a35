import * as Result from "effect/Result"
import { type AsOf, asOfRule, readAsOf } from "../../application/history/as-of.ts"
import { readUuid, uuidRule } from "../../application/uuid.ts"
import { parsed } from "./parsed.ts"
import { usage } from "./usage.ts"

export type HistoryArguments = { readonly id: string; readonly at?: AsOf; readonly isJson: boolean }

const options = { "as-of": { type: "string" }, json: { type: "boolean" } } as const

/** Reads what follows `certreg history`. A failure is what to tell the operator. */
export const readHistoryArguments = (args: ReadonlyArray<string>): Result.Result<HistoryArguments, string> => {
  const { words: [word, ...more] = [], values = {} } = parsed(args, options) ?? {}
  if (word === undefined || more.length > 0) return Result.fail(usage)
  const id = readUuid(word)
  if (id === undefined) return Result.fail(uuidRule)
  const asked = { id, isJson: values.json === true }
  const text = values["as-of"]
  if (text === undefined) return Result.succeed(asked)
  const at = readAsOf(text)
  return at === undefined ? Result.fail(`--as-of takes ${asOfRule}.`) : Result.succeed({ ...asked, at })
}
