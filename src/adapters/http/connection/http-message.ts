import type { IncomingMessage } from "node:http"
import { valuesOf } from "../request/header-values.ts"
import type { MalformedMessage } from "../request-errors.ts"

const malformed = (rule: string): MalformedMessage => ({ _tag: "MalformedMessage", rule })

/**
 * What is wrong with a request as a message, where Node's parser lets it pass (RFC 9112 §2.3, §3.2, §6): whoever stands before us may have
 * read something else, and the connection ends with its answer.
 */
export const malformedMessage = (raw: IncomingMessage): MalformedMessage | undefined => {
  const { httpVersion, headers } = raw
  const isOld = httpVersion === "1.0"
  if (!isOld && httpVersion !== "1.1") return malformed("A request is HTTP/1.1 or HTTP/1.0.")
  const hosts = valuesOf(raw, "host").length
  if (hosts > 1 || (hosts === 0 && !isOld)) return malformed("A request names its host, once.")
  const encoding = headers["transfer-encoding"]
  if (encoding !== undefined && (isOld || encoding.toLowerCase() !== "chunked"))
    return malformed("The only Transfer-Encoding is chunked, in HTTP/1.1.")
  return undefined
}
