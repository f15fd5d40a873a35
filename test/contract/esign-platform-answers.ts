import type { IncomingMessage, ServerResponse } from "node:http"

/** Answers one request, or lets the caller wait. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** In every hostile answer that holds a text: what of it is found anywhere else leaked. */
export const canary = "CanaryOfSiti3174096112900001"

export const submissionId = "5b6f2f0e-6d0f-4a53-9d53-2a1a7c1f0001"
const document = (name: string) => ({
  documentUrl: `https://storage.example/${name}?X-Amz-Signature=${canary}`,
  documentReference: `r_${name}`,
  expiryInSeconds: "432000"
})
/** Right for every call but the confirmation before it: a token, URLs, a confirmed submission and its result. */
export const goodData = {
  token: "tok",
  expiry_seconds: "1800",
  expires_at: "1",
  submissionId,
  status: "COMPLETED",
  result: "VALID",
  documents: { KTP: document("ktp"), SELFIE: document("selfie") }
}
export const good = JSON.stringify({ success: true, data: goodData, note: canary })

export const answer =
  (status: number, body: string | Uint8Array = "", headers: Readonly<Record<string, string>> = {}): Handler =>
  (request, response) => {
    request.resume()
    response.writeHead(status, headers).end(body)
  }
/** These bytes on the connection, and its end unless `open`. */
export const raw =
  (text: string | Uint8Array, open = false): Handler =>
  (request, response) => {
    request.resume()
    const { socket } = response
    socket?.write(text)
    if (!open) socket?.end()
  }
/** Something again and again, as fast as it is taken, after a beginning. */
export const endless =
  (begin: string, piece: string): Handler =>
  (request, { socket }) => {
    request.resume()
    socket?.write(begin)
    const more = () => socket?.writable && socket.write(piece, () => setImmediate(more))
    more()
  }
/** A piece now and then after a beginning. */
export const dripping =
  (begin: string, piece: string): Handler =>
  (request, { socket }) => {
    request.resume()
    socket?.write(begin)
    const timer = setInterval(() => socket?.write(piece), 10)
    socket?.on("close", () => clearInterval(timer))
  }

export const head = (lines: string) => `HTTP/1.1 ${lines.replaceAll("\n", "\r\n")}\r\n\r\n`
export const ok = (body: string, lines = `content-length: ${Buffer.byteLength(body)}`) =>
  `${head(`200 OK\n${lines}`)}${body}`
/** The good answer, a byte at a time. */
export const byteByByte: Handler = (request, response) => {
  request.resume()
  response.writeHead(200)
  let at = 0
  const more = () => {
    if (at < good.length) response.write(good[at++], more)
    else response.end()
  }
  more()
}

/** The good answer in chunks, with something after them. */
export const withTrailer = (trailer: string): string => {
  const size = Buffer.byteLength(good).toString(16)
  return ok(`${size}\r\n${good}\r\n0\r\n${trailer}\r\n\r\n`, "transfer-encoding: chunked\ntrailer: x-trailer")
}

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)
export const deep = nested("[", "]", 100_000)
export const deepObject = nested('{"a":', "}", 40_000).replace("}", "1}")
export const json = (value: unknown) => answer(200, JSON.stringify(value))
