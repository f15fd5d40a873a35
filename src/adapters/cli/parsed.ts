import { parseArgs } from "node:util"

type Options = { readonly [name: string]: { readonly type: "string" | "boolean" } }
type Values<O extends Options> = { readonly [Name in keyof O]?: O[Name]["type"] extends "string" ? string : boolean }
type Parsed<O extends Options> = { readonly words: ReadonlyArray<string>; readonly values: Values<O> }

/** What follows the name of a command, words and options; undefined where an option is unknown, lacks its value, or is given twice. */
export const parsed = <const O extends Options>(args: ReadonlyArray<string>, options: O): Parsed<O> | undefined => {
  try {
    const { tokens, values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      tokens: true
    })
    const given = tokens.flatMap((token) => (token.kind === "option" ? token.name : []))
    if (new Set(given).size < given.length) return undefined
    return { words: positionals, values: values as Values<O> }
  } catch {
    return undefined
  }
}
