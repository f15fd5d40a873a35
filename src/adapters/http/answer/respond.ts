import type { IncomingMessage, OutgoingHttpHeaders } from "node:http"
import type { FastifyReply } from "fastify"
import { closeLingering, discard } from "../connection/lingering-close.ts"
import { closeAfterAnswer, lastOn } from "../connection/pipelining.ts"
import { bodySilence, imageLimit } from "../request/body.ts"
import type { Answer } from "./answer.ts"

/** Bytes of the body are still to come, or to be read. */
const hasRest = ({ readableEnded, headers }: IncomingMessage): boolean =>
  !readableEnded && (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0)

/** Sends an answer at once, whatever of the request is still to come; that is read and dropped before the connection goes on or closes. */
export const respond = (reply: FastifyReply, { status, headers, body, text: given, stream }: Answer): void => {
  const { request, raw } = reply
  if (reply.sent || raw.destroyed) return
  reply.code(status)
  const text = body === undefined ? given : JSON.stringify(body)
  if (text !== undefined) reply.header("content-type", "application/json; charset=utf-8")
  if (headers) reply.headers(headers)
  // What is asked behind a stream would wait for its end: it has a connection to itself.
  if (isLast(reply) || (stream && isNewest(reply))) reply.header("connection", "close")
  if (reply.getHeader("connection") === "close") closeAfterAnswer(request.raw.socket)
  if (stream) {
    reply.hijack()
    raw.writeHead(status, reply.getHeaders() as OutgoingHttpHeaders)
    if (hasRest(request.raw))
      discard(request.raw, { silence: bodySilence }, (outcome) => {
        if (outcome === "cut") closeOver(reply)
      })
    stream(raw)
    return
  }
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
  discard(request.raw, { silence: bodySilence }, (outcome) => {
    if (outcome === "cut") closeOver(reply)
    raw.end()
  })
}

/** Without the word a caller would send his next request on a connection that is about to close. */
const isLast = (reply: FastifyReply): boolean =>
  // Longer than what is dropped.
  Number(reply.request.raw.headers["content-length"] ?? 0) > imageLimit ||
  // When it stops, the last of those that were asked before their answers: what was done already is answered too.
  (reply.server.isStopping() && isNewest(reply))

/** Nothing was asked behind it. */
const isNewest = ({ request, raw }: FastifyReply): boolean => lastOn(request.raw.socket)?.response === raw

/** Too much of a body is left: the connection closes, after what was asked before is answered too. */
const closeOver = ({ request, raw }: FastifyReply): void => {
  const { socket } = request.raw
  closeAfterAnswer(socket)
  raw.once("finish", () => closeLingering(socket))
}
