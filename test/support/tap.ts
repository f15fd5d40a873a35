import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"

/** A server that passes everything on to another one, and keeps what came back; it goes back when `hold` lets it. */
export const startTap = async (
  target: string,
  hold: (request: IncomingMessage) => Promise<void> = () => Promise.resolve()
) => {
  const answers: Array<string> = []
  const server = createServer(async (request, response) => {
    const { host, connection, ...headers } = request.headers
    const chunks: Array<Buffer> = []
    for await (const chunk of request) chunks.push(chunk)
    try {
      const answer = await fetch(target + request.url, {
        method: request.method ?? "GET",
        headers: headers as Record<string, string>,
        ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
        redirect: "manual"
      })
      const body = await answer.text()
      answers.push(body)
      await hold(request)
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" }).end(body)
    } catch {
      // The other side broke off: so does this one.
      request.socket.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}
