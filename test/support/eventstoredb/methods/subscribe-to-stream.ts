import type streams from "@eventstore/db-client/generated/streams_pb.js"
import type { EventLog } from "../log/event-log.ts"
import { systemTypes } from "../log/log-record.ts"
import { visibility } from "../log/stream-metadata.ts"
import type { DatabaseNode, Subscription } from "../node.ts"
import { Delivery } from "./delivery.ts"
import { defaultWindow, type Target } from "./read-options.ts"
import { streamDeleted } from "./refusals.ts"

const visible = (log: EventLog, stream: string, from: number) => {
  const { first, notBefore } = visibility(log, stream)
  const isSeen = (revision: number, at: number) => revision >= first && at >= notBefore
  const page = log.stream(stream).slice(from, from + defaultWindow)
  return page.filter((record) => record !== undefined && isSeen(record.revision, record.at))
}

/** Delivers a stream's events, for ever: it may not exist yet. A tombstone is delivered too, and is the end. */
export const subscribeToStream = async (
  node: DatabaseNode,
  subscription: Subscription,
  options: streams.ReadReq.Options,
  stream: string,
  from: Target["from"]
): Promise<void> => {
  const { log } = node.database
  const delivery = new Delivery(node, subscription, options)
  await delivery.confirm()
  if (log.isTombstoned(stream)) throw streamDeleted(stream)
  let next = from === "start" ? 0 : from === "end" ? log.stream(stream).length : from + 1
  const ahead = () => Math.max(0, log.stream(stream).length - next) + (log.isTombstoned(stream) ? 1 : 0)
  for (;;) {
    delivery.staysLive(ahead)
    if (log.stream(stream).length > next) {
      const records = visible(log, stream, next)
      next = Math.min(next + defaultWindow, log.stream(stream).length)
      await delivery.send(records.flatMap((record) => (record === undefined ? [] : [delivery.event(record)])))
    } else if (log.isTombstoned(stream)) {
      const tombstone = log.records.findLast(
        (record) => record?.stream === stream && record.type === systemTypes.tombstone
      )
      await delivery.send(tombstone === undefined ? [] : [delivery.event(tombstone)])
      throw streamDeleted(stream)
    } else await delivery.waitForMore(ahead)
  }
}
