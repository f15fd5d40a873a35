import type { Socket } from "node:net"

type Done = (error?: Error | null) => void

/**
 * A socket destroys itself when a write fails, and with it an answer that came and was not read yet: a storage that says no and closes
 * would look like a broken connection. With this a failed write only stays undone; what is still to be read, and then the end of the
 * connection or the clock, decide.
 */
export const keepReading = <S extends Socket>(socket: S): S => {
  const { _write: write, _writev: writev } = socket
  socket._write = (chunk, encoding, done) => write.call(socket, chunk, encoding, unlessFailed(done))
  if (writev) socket._writev = (chunks, done) => writev.call(socket, chunks, unlessFailed(done))
  return socket
}

const unlessFailed =
  (done: Done): Done =>
  (error) => {
    if (!error) done()
  }
