import type { OutgoingHttpHeaders } from "node:http"
import type { FastifyReply } from "fastify"
import type { Answer } from "./answer.ts"
import { drain, hasRest, willBeCut } from "./drain.ts"
import { endAfterThis } from "./exchanges.ts"

/** Sends an answer at once, whatever of the request is still to come; that is read and dropped before the connection goes on or closes. */
export const respond = (reply: FastifyReply, { status, headers, body, text: given }: Answer): void => {
  const { request, raw } = reply
  if (reply.sent || raw.destroyed) return
  reply.code(status)
  const text = body === undefined ? given : JSON.stringify(body)
  if (text !== undefined) reply.header("content-type", "application/json; charset=utf-8")
  if (headers) reply.headers(headers)
  // Without the word a caller would send his next request on a connection that is about to close.
  if (reply.server.isStopping() || willBeCut(request.raw)) reply.header("connection", "close")
  if (reply.getHeader("connection") === "close") endAfterThis(request.raw)
  if (!hasRest(request.raw)) {
    reply.send(text)
    return
  }
  // All of the answer is written now; it ends when the rest was dropped, since its end may close the connection.
  // (A 304 would say with a length how long the answer is that it stands for.)
  if (status !== 304) reply.header("content-length", Buffer.byteLength(text ?? ""))
  reply.hijack()
  raw.writeHead(status, reply.getHeaders() as OutgoingHttpHeaders)
  // What has no body, as 304 and the answer to HEAD, would go with its end.
  raw.flushHeaders()
  raw.write(text ?? "")
  drain(request.raw, (outcome) => {
    raw.end()
    if (outcome === "cut") request.raw.socket.destroySoon()
  })
}
