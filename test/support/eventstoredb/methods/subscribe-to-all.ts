import type streams from "@eventstore/db-client/generated/streams_pb.js"
import type { EventLog } from "../log/event-log.ts"
import type { DatabaseNode, Subscription } from "../node.ts"
import { Delivery, liveBuffer } from "./delivery.ts"
import { checkpoint, type Place } from "./read-answers.ts"
import { defaultWindow, type Filtering, filteringOf, type Target } from "./read-options.ts"
import { invalidPosition } from "./refusals.ts"

/** Where a subscription stands. */
interface Progress {
  /** Of the next event to look at. */
  index: number
  /** Events that were looked at since the last checkpoint. */
  scanned: number
  /** Where the page begins: the checkpoint of a page without an event that fits. */
  place: Place
}

/** How many events ahead fit, as far as it matters. */
const backlog = (log: EventLog, { index }: Progress, filter: Filtering["filter"]): number => {
  let count = 0
  for (let i = index; i < log.records.length && count <= liveBuffer; i++) {
    const record = log.records[i]
    if (record !== undefined && filter(record)) count++
  }
  return count
}

/** The next page before the end of the log is reached. Its checkpoint is that of the last event in it that fits. */
const catchUpPage = (
  log: EventLog,
  progress: Progress,
  { filter, window, interval }: Filtering,
  delivery: Delivery
) => {
  const messages: Array<streams.ReadResp> = []
  const end = progress.index + window
  let last: Place | undefined
  for (; progress.index < Math.min(end, log.records.length) && messages.length < defaultWindow; progress.index++) {
    progress.scanned++
    const record = log.records[progress.index]
    if (record === undefined || !filter(record)) continue
    last = { commit: record.position, prepare: record.position }
    messages.push(delivery.event(record))
  }
  if (progress.index < log.records.length && progress.scanned >= interval) {
    progress.scanned %= interval
    messages.push(checkpoint(last ?? progress.place))
  }
  const next = log.positions[progress.index] ?? log.end
  progress.place = { commit: next, prepare: last === undefined ? 0 : next }
  return messages
}

/** What was appended since; here each event that is looked at may be a checkpoint. */
const livePage = (log: EventLog, progress: Progress, { filter, interval }: Filtering, delivery: Delivery) => {
  const messages: Array<streams.ReadResp> = []
  for (; progress.index < log.records.length && messages.length < defaultWindow; progress.index++) {
    const record = log.records[progress.index]
    if (record === undefined) continue
    progress.place = { commit: record.position, prepare: record.position }
    if (filter(record)) messages.push(delivery.event(record))
    if (++progress.scanned < interval) continue
    progress.scanned = 0
    messages.push(checkpoint(progress.place))
  }
  return messages
}

/** Delivers what fits, for ever. From beyond the end of the log it delivers nothing until the log has grown so far. */
export const subscribeToAll = async (
  node: DatabaseNode,
  subscription: Subscription,
  options: streams.ReadReq.Options,
  from: Target["from"]
): Promise<void> => {
  const { log } = node.database
  const delivery = new Delivery(node, subscription, options)
  const filtering = filteringOf(options)
  await delivery.confirm()
  if (typeof from === "number" && !log.isBoundary(from)) throw invalidPosition()
  const index = from === "end" ? log.records.length : from === "start" ? 0 : log.indexAt(from)
  const place = from === "start" ? 0 : (log.positions[index] ?? log.end)
  const progress: Progress = { index, scanned: 0, place: { commit: place, prepare: place } }
  const ahead = () => log.records.length - progress.index
  // The event at a position was delivered; zero is before all of them.
  const isNew = () => typeof from !== "number" || from === 0 || (log.positions[progress.index] ?? 0) > from
  for (;;) {
    while (ahead() > 0 && !isNew()) progress.index++
    const page = delivery.staysLive(() => backlog(log, progress, filtering.filter)) ? livePage : catchUpPage
    if (ahead() === 0) await delivery.waitForMore(ahead)
    else await delivery.send(page(log, progress, filtering, delivery))
  }
}
