/** JSON as RFC 8785 writes it: members sorted by UTF-16 code units, numbers and texts as ECMAScript does. Absent members are left out. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`
  if (value !== null && typeof value === "object") {
    const members = value as { readonly [key: string]: unknown }
    let text = ""
    for (const key of Object.keys(members).sort()) {
      const member = members[key]
      if (member !== undefined) text += `${text ? "," : ""}${JSON.stringify(key)}:${canonicalJson(member)}`
    }
    return `{${text}}`
  }
  return JSON.stringify(value)
}
