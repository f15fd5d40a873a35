import { once } from "node:events"
import { connect } from "node:net"
import { onTestFinished } from "vitest"

export type RawAnswer = { readonly status: number; readonly headers: Record<string, string>; readonly body: string }

/** The first answer in some bytes, and what comes after it; undefined while it is not complete. */
const takeAnswer = (bytes: Buffer): readonly [RawAnswer, Buffer] | undefined => {
  const end = bytes.indexOf("\r\n\r\n")
  if (end < 0) return undefined
  const [line = "", ...fields] = bytes.subarray(0, end).toString("latin1").split("\r\n")
  const headers = Object.fromEntries(
    fields.map((field) => [
      field.slice(0, field.indexOf(":")).toLowerCase(),
      field.slice(field.indexOf(":") + 1).trim()
    ])
  )
  const from = end + 4
  const to = from + Number(headers["content-length"] ?? 0)
  if (bytes.length < to) return undefined
  return [
    { status: Number(line.split(" ")[1]), headers, body: bytes.subarray(from, to).toString() },
    bytes.subarray(to)
  ]
}

/** Tests that run beside others of their file give what their context has. */
export type WhenOver = (undo: () => void) => void

/** A connection on which a test writes what it wants, byte for byte; it is there until the test is over. */
export const rawConnection = async (port: number, whenOver: WhenOver = onTestFinished) => {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true })
  whenOver(() => void socket.destroy())
  let received: Buffer = Buffer.alloc(0)
  const state = { closed: false, error: undefined as string | undefined }
  let wake = () => {}
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk])
    wake()
  })
  socket.on("error", (error: NodeJS.ErrnoException) => {
    state.error = error.code
  })
  socket.on("end", () => {
    state.closed = true
    wake()
  })
  socket.on("close", () => {
    state.closed = true
    wake()
  })
  await once(socket, "connect")
  const answer = async (): Promise<RawAnswer> => {
    while (true) {
      const taken = takeAnswer(received)
      if (taken) {
        received = taken[1]
        return taken[0]
      }
      if (state.closed) throw new Error(`closed without an answer: ${state.error ?? "end"}`)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  /** Resolves when all of it was handed to the kernel. */
  const write = (...parts: ReadonlyArray<string | Uint8Array>) =>
    Promise.all(parts.map((part) => new Promise<void>((resolve) => socket.write(part, () => resolve()))))
  return { socket, state, write, answer }
}
