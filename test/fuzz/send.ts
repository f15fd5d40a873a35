import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { type Answer, MalformedAnswer, takeAnswer } from "./read-answers.ts"

const open = async (port: number): Promise<Socket> => {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true })
  await once(socket, "connect")
  socket.on("error", () => {})
  return socket
}

/** A reset is an end like another: what came before it counts. */
const whenClosed = (socket: Socket) => new Promise<void>((resolve) => socket.once("close", () => resolve()))

/** The service closes the connection after it. */
export const isLast = ({ headers }: Answer): boolean => headers.get("connection") === "close"

/** What is longer than an image may be cut off, and of chunks the service cannot tell that before. */
export const isTooLong = ({ length }: Buffer): boolean => length > 10 * 1024 * 1024

/** A connection that is kept over many exchanges, and opened again when the service has closed it. */
export const makeConnection = (port: number) => {
  let socket: Socket | undefined
  const exchange = async (parts: ReadonlyArray<Buffer>, isHead: boolean): Promise<Answer> => {
    const used = socket?.writable && socket.readable ? socket : await open(port)
    socket = used
    let received: Buffer = Buffer.alloc(0)
    const answer = await new Promise<Answer>((resolve, reject) => {
      const settle = (work: () => void) => {
        used.off("data", onData).off("end", onEnd).off("close", onEnd)
        work()
      }
      const onData = (chunk: Buffer) => {
        received = Buffer.concat([received, chunk])
        try {
          const taken = takeAnswer(received, isHead)
          if (taken?.[1].length)
            throw new MalformedAnswer(`more than an answer: ${JSON.stringify(taken[1].toString("latin1"))}`)
          if (taken) settle(() => resolve(taken[0]))
        } catch (error) {
          settle(() => reject(error))
        }
      }
      const onEnd = () => settle(() => reject(new MalformedAnswer("the connection ended without an answer")))
      used.on("data", onData).once("end", onEnd).once("close", onEnd)
      used.write(Buffer.concat(parts))
    })
    if (isLast(answer) || parts.some(isTooLong)) close()
    return answer
  }
  const close = () => {
    socket?.destroy()
    socket = undefined
  }
  return { exchange, close }
}

/**
 * Writes bytes on a connection of their own, waits for so many answers as there are requests in them (`heads` tells which are HEAD), ends
 * it, and answers all that came. An answer that closes the connection is the last.
 */
export const sendAll = async (
  port: number,
  bytes: Buffer,
  heads: ReadonlyArray<boolean>
): Promise<ReadonlyArray<Answer>> => {
  const socket = await open(port)
  const closed = whenClosed(socket)
  const answers: Array<Answer> = []
  let rest: Buffer = Buffer.alloc(0)
  let broken: unknown
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    try {
      for (let taken = next(); taken; taken = next()) {
        answers.push(taken[0])
        rest = taken[1]
        if (answers.length >= heads.length || isLast(taken[0])) socket.end()
      }
    } catch (error) {
      broken = error
      socket.destroy()
    }
  })
  const next = () => takeAnswer(rest, heads[answers.length] ?? false)
  socket.once("end", () => socket.destroy())
  socket.write(bytes)
  await closed
  if (broken) throw broken
  if (rest.length > 0) throw new MalformedAnswer(`an answer that is cut: ${JSON.stringify(rest.toString("latin1"))}`)
  return answers
}

/** Writes bytes and goes away at once: with an end, or with a reset. */
export const abandon = async (port: number, bytes: Buffer, reset: boolean): Promise<void> => {
  const socket = await open(port)
  const closed = whenClosed(socket)
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()))
  if (reset) socket.resetAndDestroy()
  else socket.destroy()
  await closed
}
