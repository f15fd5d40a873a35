import { Schema } from "effect"
import { hasAtMost, normalized } from "./text.ts"

const maxLength = 100
const invisible = /[\u00AD\u200B\u2060\uFEFF]/g
// What keyboards make of an apostrophe; NFC may make the last two of look-alikes, so it comes first.
const apostrophes = /[\u2018\u2019\u02BC\u0060\u00B4]/g
// Control, format (bidi controls are some), private and unassigned characters, lone surrogates, line and paragraph separators.
const notPrintable = /[\p{C}\p{Zl}\p{Zp}]/u

/** The name as on the KTP: NFC, one kind of apostrophe, single spaces; or undefined. */
const readPersonName = (given: string): string | undefined => {
  const visible = given.replace(invisible, "")
  if (notPrintable.test(visible)) return undefined
  const name = visible.normalize("NFC").replace(apostrophes, "'").replace(/\s+/g, " ").trim()
  return name !== "" && hasAtMost(maxLength, name) ? name : undefined
}

export const PersonName = normalized(
  Schema.String.pipe(Schema.brand("PersonName")),
  `A name as on the KTP: text of 1 to ${maxLength} printable characters, without tabs, line breaks and other control characters.`,
  readPersonName
)
export type PersonName = typeof PersonName.Type
