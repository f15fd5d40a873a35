import gossipGrpc from "@eventstore/db-client/generated/gossip_grpc_pb.js"
import featuresGrpc from "@eventstore/db-client/generated/serverfeatures_grpc_pb.js"
import streamsGrpc from "@eventstore/db-client/generated/streams_grpc_pb.js"
import type { GrpcCall } from "../grpc/grpc-call.ts"
import type { Handler } from "../grpc/grpc-server.ts"
import type { DatabaseNode } from "../node.ts"
import { appendMethod } from "./append-method.ts"
import { batchAppendMethod } from "./batch-append-method.ts"
import { deleteMethod, tombstoneMethod } from "./delete-methods.ts"
import { gossipMethod } from "./gossip-method.ts"
import { readMethod } from "./read-method.ts"
import { notReady } from "./refusals.ts"
import { supportedMethodsMethod } from "./supported-methods.ts"

/** The methods of the server by their paths. Those of streams wait for its leader, which is itself. */
export const makeHandlers = (node: DatabaseNode): ReadonlyMap<string, Handler> => {
  const whenReady =
    (method: (node: DatabaseNode, call: GrpcCall) => Promise<void>): Handler =>
    async (call) => {
      if (!node.stage.isReady) throw notReady()
      await method(node, call)
    }
  const { StreamsService } = streamsGrpc
  return new Map([
    [StreamsService.append.path, whenReady(appendMethod)],
    [StreamsService.batchAppend.path, whenReady(batchAppendMethod)],
    [StreamsService.read.path, whenReady(readMethod)],
    [StreamsService.delete.path, whenReady(deleteMethod)],
    [StreamsService.tombstone.path, whenReady(tombstoneMethod)],
    [gossipGrpc.GossipService.read.path, (call) => gossipMethod(node, call)],
    [featuresGrpc.ServerFeaturesService.getSupportedMethods.path, supportedMethodsMethod]
  ])
}
