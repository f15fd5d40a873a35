import { Result } from "effect"
import { canonicalJson } from "../../history/canonical-json.ts"
import { type Contradiction, contradiction } from "./contradiction.ts"
import { decodeExport, deepestExport, type RegistrationExport } from "./export-format.ts"

/**
 * Reads the bytes of an export. One that is not its own canonical form (RFC 8785) in one line is refused: so are members that occur twice, other
 * orders, and whatever else two readers could read differently.
 */
export const readExport = (bytes: Uint8Array): Result.Result<RegistrationExport, Contradiction> => {
  const value = parse(bytes)
  if (value === undefined) return Result.fail(contradiction({ in: "file" }, "it is not canonical JSON"))
  // The value itself is what was hashed and signed, not what a decoder makes of it.
  return Result.isSuccess(decodeExport(value))
    ? Result.succeed(value as RegistrationExport)
    : Result.fail(contradiction({ in: "file" }, "it is not as the format says"))
}

/** The bytes of an export, as `readExport` takes them. */
export const writeExport = (file: RegistrationExport): Buffer => Buffer.from(`${canonicalJson(file)}\n`)

const parse = (bytes: Uint8Array): unknown => {
  try {
    // What is no UTF-8 is not the same any more when it is written.
    const value: unknown = JSON.parse(Buffer.from(bytes).toString())
    return isPlain(value) && Buffer.from(`${canonicalJson(value)}\n`).equals(bytes) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether every JSON reader there is reads a value alike: whole numbers, texts in Unicode, nothing deep. */
const isPlain = (value: unknown, depth = 1): boolean => {
  if (typeof value === "string") return value.isWellFormed()
  if (typeof value === "number") return Number.isSafeInteger(value)
  if (typeof value !== "object" || value === null) return true
  if (depth > deepestExport) return false
  return Object.entries(value).every(([name, member]) => name.isWellFormed() && isPlain(member, depth + 1))
}
