import type { IncomingMessage } from "node:http"
import { imageLimit } from "./body.ts"

/** Milliseconds without a byte after which nothing more is waited for. */
const patience = 15_000

const announcesBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0

/** Bytes of the body are still to come, or to be read. */
export const hasRest = (raw: IncomingMessage): boolean => !raw.readableEnded && announcesBody(raw)

/** The rest is longer than what is dropped: the connection will be closed over it. */
export const willBeCut = ({ headers }: IncomingMessage): boolean => Number(headers["content-length"] ?? 0) > imageLimit

/**
 * Reads and drops what is left of a body, up to the size of an image, then calls `done` once. A connection that is closed over unread bytes
 * is reset, and with it goes an answer that the caller has not read yet.
 */
export const drain = (raw: IncomingMessage, done: (outcome: "complete" | "cut") => void): void => {
  let left = imageLimit
  const finish = (outcome: "complete" | "cut") => {
    clearTimeout(timer)
    raw.off("data", onData).off("end", onEnd).off("close", onEnd)
    done(outcome)
  }
  const onData = (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) finish("cut")
    else timer.refresh()
  }
  const onEnd = () => finish("complete")
  const timer = setTimeout(finish, patience, "cut")
  // Whoever read before may still wait for a chunk, and would stop the flow with it.
  raw.removeAllListeners("data").on("data", onData).on("end", onEnd).on("close", onEnd).resume()
}
