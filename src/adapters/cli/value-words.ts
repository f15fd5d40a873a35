import { isFormattedInstant } from "../../domain/applicant/instant.ts"

/** Characters of a text that are shown; whole in JSON. */
const most = 80
/** What a terminal would do something with, or not show: control, format and line separating characters. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu

/** A text of somebody else, as one that can be printed. */
export const shown = (text: unknown): string => {
  const printable = String(text).replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
  return printable.length > most ? `${printable.slice(0, most)}…` : printable
}

const sha256 = /^[0-9a-f]{64}$/

type Members = { readonly [name: string]: unknown }
const isMembers = (value: unknown): value is Members => typeof value === "object" && value !== null

/** Ciphertext of personal data, under a key that has a name. */
const isSealed = (value: Members): boolean => ["keyId", "nonce", "box"].every((name) => typeof value[name] === "string")

/** JSON in a few words, such as `document ktp, size 48211`; of ciphertext it says `sealed`. `untold`: members of it that are left out. */
export const words = (value: unknown, untold: ReadonlySet<string>, time: (instant: string) => string): string => {
  if (typeof value === "string") {
    if (sha256.test(value)) return `${value.slice(0, 12)}…`
    return isFormattedInstant(value) ? time(value) : shown(value)
  }
  if (!isMembers(value)) return String(value)
  if (Array.isArray(value)) return value.map((element) => words(element, untold, time)).join("; ")
  if (isSealed(value)) return "sealed"
  return Object.entries(value)
    .filter(([name, member]) => !untold.has(name) && !isEmpty(member))
    .map(([name, member]) => `${shown(name)} ${wordsIn(member, untold, time)}`)
    .join(", ")
}

const isEmpty = (member: unknown): boolean => member === "" || (isMembers(member) && Object.keys(member).length === 0)

const wordsIn = (member: unknown, untold: ReadonlySet<string>, time: (instant: string) => string): string => {
  const text = words(member, untold, time)
  return isMembers(member) && text !== "sealed" ? `(${text})` : text
}
