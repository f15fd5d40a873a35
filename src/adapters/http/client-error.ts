import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http"
import type { Socket } from "node:net"
import { newId } from "../../application/history/ids.ts"
import type { Log } from "../../application/ports/log.ts"
import type { Exchanges } from "./exchanges.ts"
import { hangUp } from "./hang-up.ts"
import { problemAnswer } from "./problem.ts"
import { invalidParameter, type RequestError } from "./request-errors.ts"
import { requestIdOf } from "./request-id.ts"

/** The caller went away, perhaps in the middle of a request: nobody reads an answer. */
const gone: ReadonlySet<string> = new Set(["ECONNRESET", "HPE_INVALID_EOF_STATE"])

const errorOf = (code: string): RequestError => {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return { _tag: "RequestTimeout" }
  return invalidParameter(
    code === "HPE_HEADER_OVERFLOW" ? "All headers together have at most 16 KiB." : "A request is well-formed HTTP/1.1."
  )
}

const partsOf = (error: RequestError, requestId: string) => {
  const { status, headers, body } = problemAnswer(error, requestId)
  const text = JSON.stringify(body)
  const length = String(Buffer.byteLength(text))
  return {
    status,
    text,
    head: { ...headers, "content-length": length, "x-request-id": requestId, connection: "close" }
  }
}

/** An answer on the bare socket, which ends with it. */
const answerOn = (socket: Socket, error: RequestError, requestId: string): number => {
  const { status, text, head } = partsOf(error, requestId)
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${text}`)
  hangUp(socket)
  return status
}

/** Answers what could not be read as a request, in its turn, and closes the connection. */
export const refuseUnreadable =
  (log: Log["Service"], exchanges: Exchanges) =>
  (error: { readonly code: string }, socket: Socket): void => {
    if (gone.has(error.code) || !socket.writable) {
      socket.destroy()
      return
    }
    // What comes after it is no request either, and would be told here again and again.
    socket.removeAllListeners("data").resume()
    const last = exchanges.lastOn(socket)
    const refuse = () => {
      const requestId = newId()
      if (!socket.writable) return
      log.info("request", { requestId, status: answerOn(socket, errorOf(error.code), requestId), code: error.code })
    }
    // What was asked before is answered before.
    if (!last) refuse()
    else if (last.req.complete) last.once("finish", refuse)
    else refuseRest(last, errorOf(error.code))
  }

/** The body of a request turned out to be none: that is its answer, unless it has got one already. */
const refuseRest = (response: ServerResponse, error: RequestError): void => {
  const { socket } = response.req
  if (response.headersSent) {
    socket.end()
    hangUp(socket)
    return
  }
  const { status, text, head } = partsOf(error, requestIdOf(response.req))
  response.once("finish", () => hangUp(socket))
  // Node forgets a request with its answer, and who still waits for its body would wait on.
  socket.once("close", () => response.req.destroy())
  response.writeHead(status, { ...response.getHeaders(), ...head }).end(text)
}

/** `CONNECT` asks a proxy, which this is not; Node hands the bare socket over. */
export const refuseConnect =
  (log: Log["Service"], errorFor: (url: string) => RequestError) =>
  (raw: IncomingMessage, socket: Socket): void => {
    const requestId = requestIdOf(raw)
    socket.on("error", () => socket.destroy())
    const status = answerOn(socket, errorFor(raw.url ?? ""), requestId)
    log.info("request", { requestId, method: "CONNECT", status })
  }
