import shared from "@eventstore/db-client/generated/shared_pb.js"
import streams from "@eventstore/db-client/generated/streams_pb.js"
import type { GrpcCall } from "../grpc/grpc-call.ts"
import { GrpcError } from "../grpc/status.ts"
import { append } from "../log/append.ts"
import type { Expected } from "../log/commit-check.ts"
import { bytesInAppend, type ProposedEvent } from "../log/log-record.ts"
import type { DatabaseNode } from "../node.ts"
import { batchAnswer, type Refused } from "./batch-answers.ts"
import { maximumAppendSize } from "./refusals.ts"
import { eventOf, expectedOf, idOf, nameOf } from "./requests.ts"

/** An append whose messages are still coming. */
interface Batch {
  readonly options: streams.BatchAppendReq.Options
  readonly events: Array<ProposedEvent>
  isBad: boolean
}

const expectation = (options: streams.BatchAppendReq.Options): Expected =>
  expectedOf({
    hasRevision: () => options.hasStreamPosition(),
    getRevision: () => options.getStreamPosition(),
    hasNoStream: () => options.hasNoStream(),
    hasStreamExists: () => options.hasStreamExists()
  })

const tryOr = <A>(work: () => A): A | undefined => {
  try {
    return work()
  } catch (error) {
    if (error instanceof GrpcError) return undefined
    throw error
  }
}

const refusal = ({ options, events, isBad }: Batch, stream: string | undefined): Refused | undefined => {
  if (isBad || stream === undefined) return "BadRequest"
  const deadline = options.getDeadline()?.toDate().getTime() ?? Number.POSITIVE_INFINITY
  if (deadline < Date.now()) return "Timeout"
  const bytes = events.reduce((sum, event) => sum + bytesInAppend(event), 0)
  return bytes > maximumAppendSize ? "MaximumAppendSizeExceeded" : undefined
}

const complete = async (node: DatabaseNode, call: GrpcCall, id: shared.UUID, batch: Batch): Promise<void> => {
  const identifier = batch.options.getStreamIdentifier() ?? new shared.StreamIdentifier()
  const stream = tryOr(() => nameOf(identifier))
  const expected = expectation(batch.options)
  await node.faults.meet("before", "batchAppend", stream ?? "", call)
  const refused = refusal(batch, stream)
  const outcome = refused ? { _tag: refused } : append(node.database, stream ?? "", expected, batch.events)
  await node.faults.meet("after", "batchAppend", stream ?? "", call)
  await call.send(batchAnswer(id, identifier, expected, outcome))
}

/** Many appends on one call, each of them in one message or several. */
export const batchAppendMethod = async (node: DatabaseNode, call: GrpcCall): Promise<void> => {
  const batches = new Map<string, Batch>()
  for await (const request of call.requests(streams.BatchAppendReq.deserializeBinary)) {
    const id = request.getCorrelationId() ?? new shared.UUID()
    const key = idOf(id)
    const options = request.getOptions() ?? new streams.BatchAppendReq.Options()
    const batch = batches.get(key) ?? { options, events: [], isBad: false }
    for (const message of request.getProposedMessagesList()) {
      const event = tryOr(() => eventOf(message))
      if (event === undefined) batch.isBad = true
      else batch.events.push(event)
    }
    batches.set(key, batch)
    if (!request.getIsFinal()) continue
    batches.delete(key)
    await complete(node, call, id, batch)
  }
}
