import { STATUS_CODES } from "node:http"
import type { Socket } from "node:net"
import { newId } from "../../application/history/ids.ts"
import type { Log } from "../../application/ports/log.ts"
import { problemAnswer } from "./problem.ts"
import { invalidParameter, type RequestError } from "./request-errors.ts"

/** Milliseconds in which a caller may read the answer before its connection is cut. */
const linger = 1000

/** The caller went away, perhaps in the middle of a request: nobody reads an answer. */
const gone: ReadonlySet<string> = new Set(["ECONNRESET", "HPE_INVALID_EOF_STATE"])

const errorOf = (code: string): RequestError => {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return { _tag: "RequestTimeout" }
  return invalidParameter(
    code === "HPE_HEADER_OVERFLOW" ? "All headers together have at most 16 KiB." : "A request is well-formed HTTP/1.1."
  )
}

/** Answers what could not be read as a request, on the bare socket, and closes the connection. */
export const refuseUnreadable =
  (log: Log["Service"]) =>
  (error: { readonly code: string }, socket: Socket): void => {
    if (gone.has(error.code) || !socket.writable) {
      socket.destroy()
      return
    }
    const requestId = newId()
    const { status, headers, body } = problemAnswer(errorOf(error.code), requestId)
    const text = JSON.stringify(body)
    const head = Object.entries({
      ...headers,
      "content-length": Buffer.byteLength(text),
      "x-request-id": requestId,
      connection: "close"
    }).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join("")}\r\n${text}`)
    setTimeout(() => socket.destroy(), linger).unref()
    log.info("request", { requestId, status, code: error.code })
  }
