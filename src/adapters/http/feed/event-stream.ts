import type { ServerResponse } from "node:http"
import type { FeedPlace } from "../../../application/messages/read-feed.ts"
import { heartbeat, type Piece, prologue } from "./event-text.ts"
import type { FeedLimits } from "./feed-limits.ts"

/** Who follows, and where from. */
export type Follower = {
  /** undefined: all. */
  readonly tenant: string | undefined
  readonly place: FeedPlace
  /** Whether its key still is good for that. */
  readonly isAllowed: () => boolean
}

/** An answer that stays open. */
export type EventStream = {
  readonly tenant: string | undefined
  /** Up to there everything was sent. */
  place: FeedPlace
  /** `live`: gets what is new; `behind`: reads what there is; `slow`: its reader does not take what it has. */
  state: "live" | "behind" | "slow"
  readonly isOpen: () => boolean
  /** Whether it takes more. */
  readonly send: (piece: Piece) => boolean
  /** To be called from time to time: shows that it is alive, and ends what is over. */
  readonly look: () => void
  readonly end: () => void
}

type Options = FeedLimits & { readonly now: () => number; readonly messagesSent: (count: number) => void }

/** Milliseconds that a reader has for the end of its stream. */
const endingPatience = 1000

/** Begins the body of an answer whose head is sent already. */
export const openEventStream = (
  response: ServerResponse,
  { tenant, place, isAllowed }: Follower,
  { heartbeat: pause, look: interval, patience, now, messagesSent }: Options
): EventStream => {
  const { socket } = response.req
  let beatAt = now() + pause
  let taken = { bytes: 0, at: now() }
  const isOpen = () => socket.writable && !response.destroyed && !response.writableEnded
  const write = (bytes: Buffer | string): boolean => isOpen() && response.write(bytes)
  const end = () => {
    if (!isOpen()) return
    response.end()
    // Not behind another answer: that has the connection.
    const timer = setTimeout(() => response.socket?.destroy(), endingPatience)
    response.once("close", () => clearTimeout(timer))
  }
  // Whoever reads learns of the end by itself.
  response.on("error", () => {})
  write(prologue)

  return {
    tenant,
    place,
    state: "live",
    isOpen,
    send: ({ bytes, count }) => {
      messagesSent(count)
      return write(bytes)
    },
    look: () => {
      const at = now()
      if (!isAllowed()) return end()
      const bytes = socket.bytesWritten - socket.writableLength
      if (response.writableLength === 0 || bytes !== taken.bytes) taken = { bytes, at }
      if (at - taken.at >= patience) return void socket.destroy()
      if (at < beatAt - interval / 2) return
      beatAt = at + pause
      // What waits says the same.
      if (response.writableLength === 0) write(heartbeat)
    },
    end
  }
}
