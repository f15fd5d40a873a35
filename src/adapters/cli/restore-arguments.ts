import { parseArgs } from "node:util"
import * as Result from "effect/Result"
import { usage } from "./usage.ts"

export type RestoreArguments = {
  readonly folder: string
  /** A file with what was erased. */
  readonly erasures?: string
}

const split = (args: ReadonlyArray<string>) => {
  try {
    return parseArgs({
      args: [...args],
      options: { erasures: { type: "string", multiple: true } },
      allowPositionals: true
    })
  } catch {
    return undefined
  }
}

/** Reads what follows `certreg restore`. A failure is what to tell the operator. */
export const readRestoreArguments = (args: ReadonlyArray<string>): Result.Result<RestoreArguments, string> => {
  const [folder, ...more] = split(args)?.positionals ?? []
  const [erasures, ...others] = split(args)?.values.erasures ?? []
  if (!folder || more.length > 0 || others.length > 0 || erasures === "") return Result.fail(usage)
  return Result.succeed({ folder, ...(erasures === undefined ? {} : { erasures }) })
}
