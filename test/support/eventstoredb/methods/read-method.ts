import streams from "@eventstore/db-client/generated/streams_pb.js"
import type { GrpcCall } from "../grpc/grpc-call.ts"
import { resolve } from "../log/links.ts"
import type { LogRecord } from "../log/log-record.ts"
import { readAll } from "../log/read-all.ts"
import { doesExist, readStream } from "../log/read-stream.ts"
import type { DatabaseNode } from "../node.ts"
import { eventRead, streamNotFound } from "./read-answers.ts"
import { filteringOf, hasTextIds, readingOf, type Target, targetOf } from "./read-options.ts"
import { streamDeleted, unexpectedResult, unforeseen } from "./refusals.ts"
import { subscribeToAll } from "./subscribe-to-all.ts"
import { subscribeToStream } from "./subscribe-to-stream.ts"

type Options = streams.ReadReq.Options

/** How many events go out together. */
const page = 32

const eventsOf = ({ database: { log } }: DatabaseNode, options: Options, { stream, from }: Target) => {
  const reading = readingOf(options, from)
  if (stream === undefined) {
    if (reading.count === 0) throw unexpectedResult("ReadAllResult", "Error")
    if (typeof from === "number" && !log.isBoundary(from)) throw unexpectedResult("ReadAllResult", "InvalidPosition")
    return readAll(log, reading, filteringOf(options).filter)
  }
  if (log.isTombstoned(stream)) throw streamDeleted(stream)
  if (!doesExist(log, stream)) return undefined
  if (reading.count === 0 || (reading.isForwards && from === "end")) throw unexpectedResult("ReadStreamResult", "Error")
  return readStream(log, stream, reading)
}

const read = async (node: DatabaseNode, call: GrpcCall, options: Options, target: Target): Promise<void> => {
  const { log } = node.database
  const [resolveLinks, textIds] = [options.getResolveLinks(), hasTextIds(options)]
  const send = (records: ReadonlyArray<LogRecord>) =>
    call.send(...records.map((record) => eventRead(resolve(log, record, resolveLinks), textIds)))
  const events = eventsOf(node, options, target)
  if (events === undefined) return call.send(streamNotFound(target.stream ?? ""))
  let records: Array<LogRecord> = []
  for (const record of events) {
    records.push(record)
    if (records.length < page) continue
    await send(records)
    records = []
  }
  if (records.length > 0) await send(records)
}

/** Reads and subscriptions are one method. */
export const readMethod = async (node: DatabaseNode, call: GrpcCall): Promise<void> => {
  const options = (await call.request(streams.ReadReq.deserializeBinary)).getOptions()
  if (options === undefined) throw unforeseen()
  const target = targetOf(options)
  const name = target.stream ?? "$all"
  if (!options.hasSubscription()) {
    await node.faults.meet("before", "read", name, call)
    return read(node, call, options, target)
  }
  const subscription = { call, isSilent: await node.faults.meet("before", "subscribe", name, call) }
  node.subscriptions.add(subscription)
  call.onEnd(() => node.subscriptions.delete(subscription))
  if (target.stream === undefined) await subscribeToAll(node, subscription, options, target.from)
  else await subscribeToStream(node, subscription, options, target.stream, target.from)
}
