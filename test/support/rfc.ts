// Written from the standards and not from the code under test: a second opinion.
import { createHash } from "node:crypto"

/** JSON by RFC 8785. */
export const rfc8785 = (value: unknown): string => {
  if (value === null || typeof value !== "object") return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(rfc8785)}]`
  const byCodeUnits = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1)
  const members = Object.entries(value).toSorted(byCodeUnits)
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${rfc8785(member)}`)}}`
}

/** A UUID of version 5 by RFC 9562. */
export const uuid5 = (namespace: string, name: string): string => {
  const bytes = createHash("sha1")
    .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
    .update(name)
    .digest()
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}
