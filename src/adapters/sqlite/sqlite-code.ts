import * as words from "../../application/error-words.ts"

const names: { readonly [primary: number]: string } = {
  1: "SQLITE_ERROR",
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  7: "SQLITE_NOMEM",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  19: "SQLITE_CONSTRAINT",
  26: "SQLITE_NOTADB"
}

/** A word for logs. Messages stay behind: they may repeat what was bound or parsed. */
export const codeOf = (error: unknown): string => {
  if (!(error instanceof Error && "errcode" in error && typeof error.errcode === "number")) return words.codeOf(error)
  // node:sqlite gives extended codes; the primary one is the low byte.
  const primary = error.errcode & 255
  return names[primary] ?? `SQLITE_${primary}`
}
