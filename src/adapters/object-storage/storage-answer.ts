import { Exit } from "effect"
import { StorageRefused, StorageUnavailable, UrlExpired } from "../../application/ports/object-storage.ts"

export type Verdict = Exit.Exit<void, StorageRefused | StorageUnavailable | UrlExpired>

export const storageUnavailable = (code: string) => Exit.fail(new StorageUnavailable({ code }))

/**
 * What an answer means (contract/esign-api §4.3). `complete`: it came after the last byte was handed on; a success before that
 * is none.
 */
export const verdictOf = (status: number, complete: boolean): Verdict => {
  if (status === 200 || status === 204) return complete ? Exit.void : storageUnavailable("early_answer")
  if (status === 403) return Exit.fail(new UrlExpired())
  const isPassing = status === 408 || status === 429 || status >= 500
  return isPassing ? storageUnavailable(`http_${status}`) : Exit.fail(new StorageRefused({ code: `http_${status}` }))
}

/** A 400 is the only answer whose body decides. */
export const verdictOf400 = (body: string): Verdict => {
  const code = /<Code>\s*([A-Za-z]+)\s*<\/Code>/.exec(body)?.[1]
  if (code === "ExpiredToken") return Exit.fail(new UrlExpired())
  return code === "RequestTimeout" ? storageUnavailable(code) : verdictOf(400, true)
}
