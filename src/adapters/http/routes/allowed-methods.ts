export type Declared = { readonly methods: ReadonlyArray<string>; readonly url: string }

/** The methods that a path takes, for an `Allow` header; undefined for a path that nobody declared. */
export const allowedMethods = (declared: ReadonlyArray<Declared>, url: string): string | undefined => {
  const path = pathOf(url)
  const methods = declared.filter((route) => matches(route.url, path)).flatMap((route) => route.methods)
  return methods.length > 0 ? methods.join(", ") : undefined
}

/** As the router reads it: of a target with scheme and host too, and whatever is percent-encoded without need. */
const pathOf = (url: string): string => {
  const [path = ""] = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").split(/[?#]/, 1)
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

const matches = (declared: string, path: string): boolean => {
  const given = path.split("/")
  const pattern = declared.split("/")
  return (
    pattern.length === given.length &&
    pattern.every((part, i) => part === given[i] || (part.startsWith(":") && given[i] !== ""))
  )
}
