import { type IncomingMessage, STATUS_CODES } from "node:http"
import type { Socket } from "node:net"
import { newId } from "../../../application/history/ids.ts"
import type { LogFields } from "../../../application/ports/log.ts"
import { problemAnswer } from "../answer/problem.ts"
import { requestIdOf } from "../request/request-id.ts"
import type { RequestError } from "../request-errors.ts"
import { closeLingering } from "./lingering-close.ts"
import { type Exchange, lastOn } from "./pipelining.ts"

/** Logs and counts what was answered. */
type Tell = (line: LogFields) => void

/** The caller went away, perhaps in the middle of a request: nobody reads an answer. */
const gone: ReadonlySet<string> = new Set(["ECONNRESET", "HPE_INVALID_EOF_STATE"])

const errorOf = (code: string): RequestError => {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return { _tag: "RequestTimeout" }
  const tooLong = code === "HPE_HEADER_OVERFLOW"
  return {
    _tag: "MalformedMessage",
    rule: tooLong ? "All headers together have at most 16 KiB." : "A request is well-formed HTTP/1.1."
  }
}

/** Answers what could not be read as a request, in its turn, and closes the connection. */
export const refuseUnreadable =
  (tell: Tell) =>
  (error: { readonly code: string }, socket: Socket): void => {
    if (gone.has(error.code) || !socket.writable) {
      socket.destroy()
      return
    }
    dropWhatComes(socket)
    const last = lastOn(socket)
    if (last && !last.response.req.complete) breakOff(last, errorOf(error.code))
    else
      inTurn(socket, () => {
        const requestId = newId()
        tell({ requestId, status: answerOn(socket, errorOf(error.code), requestId), code: error.code })
      })
  }

/** `CONNECT` asks a proxy, which this is not; Node hands the bare socket over. */
export const refuseConnect =
  (tell: Tell, errorFor: (url: string) => RequestError) =>
  (raw: IncomingMessage, socket: Socket): void => {
    socket.on("error", () => socket.destroy())
    dropWhatComes(socket)
    inTurn(socket, () => {
      const requestId = requestIdOf(raw)
      const status = answerOn(socket, errorFor(raw.url ?? ""), requestId)
      tell({ requestId, method: "CONNECT", status })
    })
  }

/** It is no request. A listener keeps it from Node's parser, which would tell of each chunk again. */
const dropWhatComes = (socket: Socket): void =>
  void socket
    .removeAllListeners("data")
    .on("data", () => {})
    .resume()

/** What was asked before is answered before; where that was the last answer, this is none. */
const inTurn = (socket: Socket, answer: () => void): void => {
  const last = lastOn(socket)
  if (!last) answer()
  else
    last.response.once("finish", () => {
      if (socket.writable) answer()
    })
}

/** An answer on the bare socket, which ends with it. */
const answerOn = (socket: Socket, error: RequestError, requestId: string): number => {
  const { status, headers, body } = problemAnswer(error, requestId)
  const text = JSON.stringify(body)
  const head = {
    ...headers,
    "content-length": String(Buffer.byteLength(text)),
    "x-request-id": requestId,
    "cache-control": "no-store",
    connection: "close"
  }
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${text}`)
  closeLingering(socket)
  return status
}

/** The body of a request turned out to be none: that is its answer, unless it has got one already, and the last of its connection. */
const breakOff = ({ response, refuse }: Exchange, error: RequestError): void => {
  const { req } = response
  if (!response.headersSent) refuse(error)
  response.once("finish", () => closeLingering(req.socket))
  // Nothing of its body is still to come.
  response.end()
  // Node forgets a request with its answer, and who still waits for its body would wait on.
  req.socket.once("close", () => req.destroy())
}
