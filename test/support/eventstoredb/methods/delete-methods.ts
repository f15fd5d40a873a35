import shared from "@eventstore/db-client/generated/shared_pb.js"
import streams from "@eventstore/db-client/generated/streams_pb.js"
import type { GrpcCall } from "../grpc/grpc-call.ts"
import type { Appended } from "../log/append.ts"
import { softDelete, tombstone } from "../log/delete.ts"
import type { DatabaseNode } from "../node.ts"
import { streamDeleted, unforeseen, wrongExpectedVersion } from "./refusals.ts"
import { expectedNumber, expectedOf, nameOf } from "./requests.ts"

type Options = streams.DeleteReq.Options | streams.TombstoneReq.Options

const run = async (
  node: DatabaseNode,
  call: GrpcCall,
  options: Options | undefined,
  method: "delete" | "tombstone"
): Promise<number | undefined> => {
  if (options === undefined) throw unforeseen()
  const [stream, expected] = [nameOf(options.getStreamIdentifier()), expectedOf(options)]
  await call.untilHeard()
  await node.faults.meet("before", method, stream, call)
  const outcome: Appended = (method === "delete" ? softDelete : tombstone)(node.database, stream, expected)
  await node.faults.meet("after", method, stream, call)
  if (outcome._tag === "Done") return outcome.position
  if (outcome._tag === "Deleted") throw streamDeleted(stream)
  throw wrongExpectedVersion(stream, expectedNumber(expected), outcome.current)
}

export const deleteMethod = async (node: DatabaseNode, call: GrpcCall): Promise<void> => {
  const request = await call.request(streams.DeleteReq.deserializeBinary)
  const position = String(await run(node, call, request.getOptions(), "delete"))
  const place = new streams.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position)
  await call.send(new streams.DeleteResp().setPosition(place))
}

export const tombstoneMethod = async (node: DatabaseNode, call: GrpcCall): Promise<void> => {
  const request = await call.request(streams.TombstoneReq.deserializeBinary)
  const position = await run(node, call, request.getOptions(), "tombstone")
  const answer = new streams.TombstoneResp()
  if (position === undefined) return call.send(answer.setNoPosition(new shared.Empty()))
  const place = new streams.TombstoneResp.Position()
  await call.send(answer.setPosition(place.setCommitPosition(String(position)).setPreparePosition(String(position))))
}
