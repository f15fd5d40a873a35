import type { Socket } from "node:net"
import { imageLimit } from "./body.ts"

/** Milliseconds of silence, and of all, in which a caller may read the last answer before its connection is cut. */
const silence = 1000
const patience = 15_000

/**
 * Closes a connection after its last answer. What the caller still sends is read and dropped first, up to the size of an image: a
 * connection that is closed over unread bytes is reset, and the answer is lost.
 */
export const hangUp = (socket: Socket): void => {
  let left = imageLimit
  const cut = () => {
    clearTimeout(quiet)
    clearTimeout(end)
    socket.destroy()
  }
  const quiet = setTimeout(cut, silence)
  const end = setTimeout(cut, patience)
  const onData = (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) cut()
    else quiet.refresh()
  }
  socket.removeAllListeners("data").on("data", onData).once("end", cut).once("close", cut).resume()
}
