import streams from "@eventstore/db-client/generated/streams_pb.js"
import { everything, type Filter, filterOn } from "../log/filter.ts"
import type { Reading } from "../log/read-stream.ts"
import { nameOf } from "./requests.ts"

type Options = streams.ReadReq.Options

/** How many events a subscription looks at in a turn, unless it says otherwise. */
export const defaultWindow = 32

/** A range of `$all`, or of one stream. */
export interface Target {
  /** Undefined for `$all`. */
  readonly stream: string | undefined
  /** A revision, or a commit position. */
  readonly from: number | "start" | "end"
}

export const targetOf = (options: Options): Target => {
  const stream = options.getStream()
  if (stream !== undefined) {
    const from = stream.hasRevision() ? Number(stream.getRevision()) : stream.hasEnd() ? "end" : "start"
    return { stream: nameOf(stream.getStreamIdentifier()), from }
  }
  const all = options.getAll()
  const position = all?.getPosition()
  if (position !== undefined) return { stream: undefined, from: Number(position.getCommitPosition()) }
  return { stream: undefined, from: all?.hasEnd() ? "end" : "start" }
}

export const readingOf = (options: Options, from: Target["from"]): Reading<number> => ({
  from,
  isForwards: options.getReadDirection() === streams.ReadReq.Options.ReadDirection.FORWARDS,
  count: Number(options.getCount())
})

export interface Filtering {
  readonly filter: Filter
  readonly window: number
  /** After how many events there is a checkpoint; never without a filter. */
  readonly interval: number
}

export const filteringOf = (options: Options): Filtering => {
  const chosen = options.getFilter()
  if (chosen === undefined) {
    return { filter: everything, window: defaultWindow, interval: Number.POSITIVE_INFINITY }
  }
  const stream = chosen.getStreamIdentifier()
  const expression = stream ?? chosen.getEventType()
  const field = stream === undefined ? "type" : "stream"
  const window = chosen.hasMax() ? chosen.getMax() : defaultWindow
  return {
    filter: filterOn(field, expression?.getPrefixList() ?? [], expression?.getRegex() ?? ""),
    window,
    interval: window * chosen.getCheckpointintervalmultiplier()
  }
}

export const hasTextIds = (options: Options): boolean => options.getUuidOption()?.hasString() ?? false
