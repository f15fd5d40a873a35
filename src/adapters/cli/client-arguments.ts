import { parseArgs } from "node:util"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type ApiClient, ClientName, Scope, scopes } from "../../application/ports/api-clients.ts"
import { usage } from "./usage.ts"

export type ClientCommand =
  | { readonly _tag: "Add"; readonly client: ApiClient }
  | { readonly _tag: "List" }
  | { readonly _tag: "Remove" | "Rotate" | "FinishRotation"; readonly id: string }

const nameRule = "The id of a client, and a tenant, is 1 to 64 of A-Z a-z 0-9 . _ -"
const scopeRule = `Scopes are given as a comma-separated list of ${scopes.join(", ")}.`

const isName = Schema.is(ClientName)
const readScopes = Schema.decodeUnknownOption(Schema.Array(Scope).check(Schema.isMinLength(1)))

const options = {
  scopes: { type: "string", multiple: true },
  tenant: { type: "string" },
  finish: { type: "boolean" }
} as const
type Flag = keyof typeof options

const split = (args: ReadonlyArray<string>) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch {
    return undefined
  }
}

const add = (id: string, given: ReadonlyArray<string> = [], tenant = id): Result.Result<ClientCommand, string> => {
  if (!isName(tenant)) return Result.fail(nameRule)
  const known = readScopes([
    ...new Set(
      given
        .join(",")
        .split(",")
        .map((scope) => scope.trim())
    )
  ])
  if (Option.isNone(known)) return Result.fail(scopeRule)
  return Result.succeed({ _tag: "Add", client: { id, tenant, scopes: known.value } })
}

/** Reads what follows `certreg client`. A failure is what to tell the operator. */
export const readClientCommand = (args: ReadonlyArray<string>): Result.Result<ClientCommand, string> => {
  const { values, positionals } = split(args) ?? { values: {}, positionals: [] }
  const [verb, id, ...more] = positionals
  const only = (...flags: ReadonlyArray<Flag>) => Object.keys(values).every((flag) => flags.some((one) => one === flag))

  if (more.length > 0) return Result.fail(usage)
  if (verb === "list" && id === undefined && only()) return Result.succeed({ _tag: "List" })
  if (id === undefined) return Result.fail(usage)
  if (!isName(id)) return Result.fail(nameRule)
  if (verb === "add" && only("scopes", "tenant")) return add(id, values.scopes, values.tenant)
  if (verb === "remove" && only()) return Result.succeed({ _tag: "Remove", id })
  if (verb === "rotate" && only("finish"))
    return Result.succeed({ _tag: values.finish ? "FinishRotation" : "Rotate", id })
  return Result.fail(usage)
}
