import type { ServerResponse } from "node:http"
import { Cause, Effect } from "effect"
import { codeOf } from "../../../application/error-words.ts"
import type { Arrival } from "../../../application/messages/new-messages.ts"
import { readFeed } from "../../../application/messages/read-feed.ts"
import type { Log } from "../../../application/ports/log.ts"
import { Messages, reachOf } from "../../../application/ports/messages.ts"
import { makeBehind } from "./behind.ts"
import { type EventStream, type Follower, openEventStream } from "./event-stream.ts"
import { type Piece, pieceOf } from "./event-text.ts"
import type { FeedLimits } from "./feed-limits.ts"
import { makeGathered } from "./gathered.ts"

/** Messages that are read at once. */
const pageSize = 100
/** Streams that get a piece before others have their turn in the process: commands above all. */
const mostInTurn = 25

type Options = {
  readonly limits: FeedLimits
  readonly logId: string
  readonly log: Log["Service"]
  readonly now?: () => number
  readonly streamsOpen: (count: number) => void
  readonly messagesSent: (count: number) => void
}

/**
 * The event streams of this instance. One at the end of the messages gets what is new as it is told; one that missed something, or whose
 * reader was slow, reads it. What is kept for a reader is one piece.
 */
export const makeFeedStreams = ({
  limits,
  logId,
  log,
  now = () => performance.now(),
  streamsOpen,
  messagesSent
}: Options) => {
  const open = new Set<EventStream>()
  const behind = makeBehind()
  let isOver = false
  /** Counts what was told. */
  let told = 0

  const fallBehind = (stream: EventStream) => {
    if (stream.isOpen()) behind.add(stream)
  }
  /** Whether the stream takes more. */
  const send = (stream: EventStream, piece: Piece): boolean => {
    stream.place = piece.upTo
    if (piece.count === 0 || stream.send(piece)) return true
    stream.state = "slow"
    return false
  }

  const tell = ({ after, upTo, epoch, messages }: Arrival) => {
    told++
    const pieces = new Map<string | undefined, Piece>()
    const pieceFor = (tenant: string | undefined): Piece => {
      const made = pieces.get(tenant)
      if (made) return made
      const own = tenant === undefined ? messages : messages.filter((message) => message.tenant === tenant)
      const piece = pieceOf(own, { epoch, position: upTo }, logId)
      pieces.set(tenant, piece)
      return piece
    }
    for (const stream of open) {
      const { place } = stream
      if (stream.state !== "live") continue
      // Whether a place of an earlier epoch still holds is found out by reading: it may lie beyond the point to which the log was put back.
      const isOfEpoch = place.epoch === epoch
      if (isOfEpoch && place.position >= upTo) continue
      if (!isOfEpoch || place.position !== after) fallBehind(stream)
      else {
        const piece = pieceFor(stream.tenant)
        if (send(stream, piece) && piece.upTo.position < upTo) fallBehind(stream)
      }
    }
  }
  const gathered = makeGathered(limits.gather, tell)

  /** All of these are at one place. */
  const readOn = Effect.fnUntraced(function* (group: ReadonlyArray<EventStream>) {
    const [first] = group
    if (!first) return
    const toldBefore = told
    const { messages, upTo } = yield* readFeed(first.place, pageSize, first.tenant)
    const piece = pieceOf(messages, upTo, logId)
    for (const [nth, stream] of group.entries()) {
      if (nth % mostInTurn === mostInTurn - 1) yield* Effect.yieldNow
      if (!stream.isOpen() || !send(stream, piece)) continue
      stream.state = "live"
      if (piece.count > 0 || told !== toldBefore) fallBehind(stream)
    }
  })
  const endAll = (streams: Iterable<EventStream>) => {
    for (const stream of streams) stream.end()
  }
  /** Whoever reads comes again, and learns then what is wrong. */
  const endingThem = <A, E, R>(work: Effect.Effect<A, E, R>, streams: Iterable<EventStream>) =>
    Effect.catchCause(work, (cause) =>
      Effect.sync(() => {
        if (!Cause.hasInterruptsOnly(cause)) log.warn("event_streams_ended", { code: codeOf(Cause.squash(cause)) })
        endAll(streams)
      })
    )
  const readAll = Effect.suspend(() => {
    const group = behind.take()
    return group.length === 0 ? behind.some : Effect.andThen(endingThem(readOn(group), group), Effect.yieldNow)
  }).pipe(Effect.forever)

  let reach = 0
  /** What was there at the last look already, and did not come: nobody told of it. A new epoch is one thing of that kind. */
  const findMissed = Messages.use(({ end }) =>
    Effect.map(end, (found) => {
      for (const stream of open) {
        const { state, place } = stream
        if (state === "live" && (place.position < reach || place.epoch < found.epoch)) fallBehind(stream)
      }
      reach = reachOf(found)
    })
  )
  const look = Effect.suspend(() => {
    for (const stream of open) stream.look()
    return open.size === 0 ? Effect.void : endingThem(findMissed, open)
  }).pipe(Effect.delay(limits.look), Effect.forever)

  return {
    isFull: () => open.size >= limits.mostStreams,
    open: (response: ServerResponse, follower: Follower) => {
      const stream = openEventStream(response, follower, { ...limits, now, messagesSent })
      if (isOver) return stream.end()
      open.add(stream)
      streamsOpen(open.size)
      response.on("drain", () => fallBehind(stream))
      response.once("close", () => {
        open.delete(stream)
        streamsOpen(open.size)
      })
      fallBehind(stream)
    },
    /** To be told of what is new. */
    arrived: (arrival: Arrival) => {
      if (open.size > 0) gathered.add(arrival)
    },
    /** Ends all streams, also those that come. */
    end: () => {
      isOver = true
      gathered.clear()
      endAll(open)
    },
    /** Reads what streams miss, and looks after them, until it is interrupted. */
    run: Effect.all([readAll, look], { concurrency: "unbounded", discard: true })
  }
}
export type FeedStreams = ReturnType<typeof makeFeedStreams>
