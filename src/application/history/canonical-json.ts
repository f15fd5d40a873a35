/** JSON as RFC 8785 writes it: members sorted by UTF-16 code units, numbers and texts as ECMAScript does. Absent members are left out. */
export const canonicalJson = (value: unknown): string => write(value, isAbsent)

/** The same, where a member that is null counts as left out. */
export const canonicalJsonWithoutNulls = (value: unknown): string => write(value, isAbsentOrNull)

const isAbsent = (member: unknown): boolean => member === undefined
const isAbsentOrNull = (member: unknown): boolean => member === undefined || member === null

const write = (value: unknown, isLeftOut: (member: unknown) => boolean): string => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((element) => write(element, isLeftOut)).join(",")}]`
  const members = value as { readonly [key: string]: unknown }
  let text = ""
  for (const key of Object.keys(members).sort()) {
    const member = members[key]
    if (!isLeftOut(member)) text += `${text ? "," : ""}${quoted(key)}:${write(member, isLeftOut)}`
  }
  return `{${text}}`
}

/** Most names need no escape, and are a good part of what is written. */
const isPlain = /^[\w.-]+$/
const quoted = (key: string): string => (isPlain.test(key) ? `"${key}"` : JSON.stringify(key))
