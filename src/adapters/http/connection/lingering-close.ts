import type { Server } from "node:http"
import type { Socket } from "node:net"
import type { Readable } from "node:stream"
import { imageLimit } from "../request/body.ts"
import { lastOn } from "./pipelining.ts"

/** Milliseconds: without a byte, and altogether. */
type Waits = { readonly silence: number; readonly total?: number }

/** How long a caller may take to read the last answer of a connection, and to stop sending. */
const closingWaits: Waits = { silence: 1000, total: 15_000 }

/**
 * Reads and drops what still comes, up to the size of an image, then calls `done` once. A connection that is closed over unread bytes is
 * reset, and with it goes an answer that the caller has not read yet.
 */
export const discard = (
  stream: Readable,
  { silence, total }: Waits,
  done: (outcome: "complete" | "cut") => void
): void => {
  let left = imageLimit
  const finish = (outcome: "complete" | "cut") => {
    clearTimeout(quiet)
    clearTimeout(end)
    stream.off("data", onData).off("end", onEnd).off("close", onEnd)
    done(outcome)
  }
  const onData = (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) finish("cut")
    else quiet.refresh()
  }
  const onEnd = () => finish("complete")
  const quiet = setTimeout(finish, silence, "cut")
  const end = total === undefined ? undefined : setTimeout(finish, total, "cut")
  // Whoever read before may still wait for a chunk, and would stop the flow with it.
  stream.removeAllListeners("data").on("data", onData).on("end", onEnd).on("close", onEnd).resume()
}

/** Closes a connection behind its last answer, without a reset over what the caller still sends. */
export const closeLingering = (socket: Socket): void => {
  if (!socket.writable) return
  socket.end()
  // One that the caller has ended too closes by itself, once all is written.
  discard(socket, closingWaits, (outcome) => {
    if (outcome === "cut") socket.destroy()
  })
}

/** Makes a server close its connections so that no answer is lost: each one after its last answer, and all when it stops. */
export const closeWithCare = (server: Server): void => {
  const open = new Set<Socket>()
  server.on("connection", (socket: Socket) => {
    open.add(socket)
    socket.once("close", () => open.delete(socket))
    // So Node closes it after its last answer.
    socket.destroySoon = () => closeLingering(socket)
  })
  const closeIdle = server.closeIdleConnections.bind(server)
  // For Node one is idle also while its caller takes an answer that is complete, or another waits behind it, and while it lingers.
  server.closeIdleConnections = () => {
    const spared = [...open].filter((socket) => lastOn(socket) || !socket.writable)
    for (const socket of spared) socket.destroy = () => socket
    closeIdle()
    for (const socket of spared) Reflect.deleteProperty(socket, "destroy")
  }
}
