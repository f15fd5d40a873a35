import { once } from "node:events"
import { connect, type Socket } from "node:net"

export type Reply = { readonly status: number; readonly retryAfter: string | undefined; readonly millis: number }

/** A caller that costs little, so that he can ask more than a service can do on the same machine. */
export type Lanes = {
  /** Sends a POST on a connection that is free, or on another one; answers false when all are busy. */
  readonly post: (body: string, onReply: (reply: Reply) => void) => boolean
  readonly close: () => void
}

type Sent = { readonly at: number; readonly onReply: (reply: Reply) => void }

/** With at most so many connections to a path of a service; one that ends before its answer fails the run. */
export const openLanes = async (url: string, path: string, key: string, most: number): Promise<Lanes> => {
  const { hostname, port } = new URL(url)
  const head = `POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: `
  const free: Array<Socket> = []
  const sent = new Map<Socket, Sent | undefined>()

  const open = async () => {
    const socket = connect(Number(port), hostname).setNoDelay()
    await once(socket, "connect")
    let read = ""
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      read += chunk
      const answer = answerIn(read)
      const request = sent.get(socket)
      if (!answer || !request) return
      read = ""
      sent.set(socket, undefined)
      free.push(socket)
      request.onReply({ ...answer, millis: performance.now() - request.at })
    })
    socket.once("close", () => {
      if (sent.get(socket)) throw new Error("a connection ended before its answer")
      sent.delete(socket)
    })
    sent.set(socket, undefined)
    free.push(socket)
  }
  // One after the other, and each is used in its turn: too many at once would be turned away, and one that says nothing is closed.
  for (let n = 0; n < most; n++) await open()
  return {
    post: (body, onReply) => {
      const socket = free.shift()
      if (!socket) return false
      sent.set(socket, { at: performance.now(), onReply })
      socket.write(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`)
      return true
    },
    close: () => {
      for (const socket of sent.keys()) socket.destroy()
    }
  }
}

/** The one answer in what was read, once all of it is there. */
const answerIn = (read: string): Omit<Reply, "millis"> | undefined => {
  const end = read.indexOf("\r\n\r\n")
  if (end < 0) return undefined
  const head = read.slice(0, end)
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1])
  if (read.length < end + 4 + length) return undefined
  return { status: Number(head.slice(9, 12)), retryAfter: /\r\nretry-after: (\d+)/i.exec(head)?.[1] }
}
