import { Schema } from "effect"
import { hasAtMost, isOneLine, normalized } from "./text.ts"

const maxLength = 254
const ends = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu
const localPart = /^[^\s@.,:;<>()[\]\\"\p{C}]+(?:\.[^\s@.,:;<>()[\]\\"\p{C}]+)*$/u
const domain =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+\p{L}[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}]$/u

/** Trimmed, with the domain in lower case and the local part as it is (only its own host may say that case does not matter), or undefined. */
export const readEmailAddress = (given: string): string | undefined => {
  // Trimming at the end backtracks: the longest that is worth a look bounds it.
  if (given.length > 4 * maxLength || !isOneLine(given)) return undefined
  const trimmed = given.replace(ends, "")
  const at = trimmed.lastIndexOf("@")
  const host = trimmed.slice(at + 1).toLowerCase()
  const address = trimmed.slice(0, at + 1) + host
  return hasAtMost(maxLength, address) && localPart.test(trimmed.slice(0, Math.max(at, 0))) && domain.test(host)
    ? address
    : undefined
}

export const EmailAddress = normalized(
  Schema.String.pipe(Schema.brand("EmailAddress")),
  `An e-mail address, as text: local part, @ and a domain name, at most ${maxLength} characters.`,
  readEmailAddress
)
export type EmailAddress = typeof EmailAddress.Type
