import type { ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import type { RequestError } from "../request-errors.ts"

/** A request whose answer is outstanding; on one connection there may be several, as callers may ask before they were answered. */
export type Exchange = {
  readonly response: ServerResponse
  /** Answers it with an error. */
  readonly refuse: (error: RequestError) => void
}

const outstanding = new WeakMap<Duplex, Set<Exchange>>()
const closing = new WeakSet<Duplex>()

export const begin = (exchange: Exchange): void => {
  const { response } = exchange
  const { socket } = response.req
  const all = outstanding.get(socket) ?? new Set()
  outstanding.set(socket, all.add(exchange))
  response.once("close", () => all.delete(exchange))
}

/** The newest that is outstanding. */
export const lastOn = (socket: Duplex): Exchange | undefined => [...(outstanding.get(socket) ?? [])].at(-1)

/** The connection closes with the answer that is given now: what comes behind that request is no request any more. */
export const closeAfterAnswer = (socket: Duplex): void => void closing.add(socket)
export const isClosing = (socket: Duplex): boolean => closing.has(socket) || !socket.writable
