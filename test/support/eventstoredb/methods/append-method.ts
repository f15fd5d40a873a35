import streams from "@eventstore/db-client/generated/streams_pb.js"
import type { GrpcCall } from "../grpc/grpc-call.ts"
import { append } from "../log/append.ts"
import type { Expected } from "../log/commit-check.ts"
import { bytesInAppend, type ProposedEvent } from "../log/log-record.ts"
import type { DatabaseNode } from "../node.ts"
import { appendConflict, appended } from "./append-answers.ts"
import { maximumAppendSize, maximumAppendSizeExceeded, streamDeleted, unforeseen } from "./refusals.ts"
import { eventOf, expectedOf, nameOf } from "./requests.ts"

interface Append {
  readonly stream: string
  readonly expected: Expected
  readonly events: ReadonlyArray<ProposedEvent>
}

/** The first message says where, each of the others is an event. */
const readAppend = async (call: GrpcCall): Promise<Append> => {
  let options: streams.AppendReq.Options | undefined
  const events: Array<ProposedEvent> = []
  let bytes = 0
  for await (const request of call.requests(streams.AppendReq.deserializeBinary)) {
    options ??= request.getOptions()
    const message = request.getProposedMessage()
    if (message === undefined) continue
    const event = eventOf(message)
    bytes += bytesInAppend(event)
    if (bytes > maximumAppendSize) throw maximumAppendSizeExceeded()
    events.push(event)
  }
  if (options === undefined) throw unforeseen()
  return { stream: nameOf(options.getStreamIdentifier()), expected: expectedOf(options), events }
}

export const appendMethod = async ({ database, faults }: DatabaseNode, call: GrpcCall): Promise<void> => {
  const { stream, expected, events } = await readAppend(call)
  await call.untilHeard()
  await faults.meet("before", "append", stream, call)
  const outcome = append(database, stream, expected, events)
  await faults.meet("after", "append", stream, call)
  if (outcome._tag === "Deleted") throw streamDeleted(stream)
  if (outcome._tag === "Done") await call.send(appended(outcome.last, outcome.position))
  else await call.send(appendConflict(expected, outcome.current))
}
