import type { IncomingMessage, ServerResponse } from "node:http"
import type { Duplex } from "node:stream"

const over = new WeakSet<Duplex>()

/** The next answer says that the connection closes: what was sent behind that request already is no request any more. */
export const endAfterThis = ({ socket }: IncomingMessage): void => void over.add(socket)
/** Also of a connection that was closed over the rest of a body: nobody would be told what became of what came behind it. */
export const isOver = ({ socket }: IncomingMessage): boolean => over.has(socket) || !socket.writable

/** The answers that are outstanding on a connection, where requests may come before the last one is answered. */
export type Exchanges = {
  readonly begin: (response: ServerResponse) => void
  /** The newest. */
  readonly lastOn: (socket: Duplex) => ServerResponse | undefined
}

export const makeExchanges = (): Exchanges => {
  const outstanding = new WeakMap<Duplex, Set<ServerResponse>>()
  return {
    begin: (response) => {
      const { socket } = response.req
      const responses = outstanding.get(socket) ?? new Set()
      outstanding.set(socket, responses.add(response))
      response.once("close", () => responses.delete(response))
    },
    lastOn: (socket) => [...(outstanding.get(socket) ?? [])].at(-1)
  }
}
