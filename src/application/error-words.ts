// Words for the log, and the only place that makes them of errors of unknown kind: messages hold paths, hosts and input. Imports nothing,
// so that a command-line program loads fast.

/** What kind of error it is: its `_tag`, else the class of an `Error`, else its `typeof`. */
export const tagOf = (error: unknown): string => {
  const { _tag } = propertiesOf(error)
  if (typeof _tag === "string") return _tag
  return error instanceof Error ? error.constructor.name : typeof error
}

/** The `code` of an error where it is a word (`ECONNREFUSED`, `UND_ERR_SOCKET`), else `unknown`. A tagged error is ours, and its code a word. */
export const codeOf = (error: unknown): string => {
  const { _tag, code } = propertiesOf(error)
  return typeof code === "string" && (typeof _tag === "string" || word.test(code)) ? code : "unknown"
}

const word = /^[A-Z][A-Z0-9_]{1,60}$/

const propertiesOf = (error: unknown): { readonly _tag?: unknown; readonly code?: unknown } =>
  typeof error === "object" && error !== null ? error : {}
