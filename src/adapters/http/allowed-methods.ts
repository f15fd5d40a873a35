export type Declared = { readonly methods: ReadonlyArray<string>; readonly url: string }

/** The methods that a path takes, for an `Allow` header; undefined for a path that nobody declared. */
export const allowedMethods = (declared: ReadonlyArray<Declared>, url: string): string | undefined => {
  const path = url.split(/[?#]/, 1)[0] ?? ""
  const methods = declared.filter((route) => matches(route.url, path)).flatMap((route) => route.methods)
  return methods.length > 0 ? methods.join(", ") : undefined
}

const matches = (declared: string, path: string): boolean => {
  const given = path.split("/")
  const pattern = declared.split("/")
  return (
    pattern.length === given.length &&
    pattern.every((part, i) => part === given[i] || (part.startsWith(":") && given[i] !== ""))
  )
}
