import gossip from "@eventstore/db-client/generated/gossip_pb.js"
import shared from "@eventstore/db-client/generated/shared_pb.js"
import type { GrpcCall } from "../grpc/grpc-call.ts"
import type { DatabaseNode } from "../node.ts"

const { VNodeState } = gossip.MemberInfo

/** The members of the cluster, which is this one alone: it leads as soon as it takes calls. */
export const gossipMethod = async (node: DatabaseNode, call: GrpcCall): Promise<void> => {
  await node.faults.meet("before", "gossip", "", call)
  const { isLive, isReady } = node.stage
  const member = new gossip.MemberInfo()
    .setInstanceId(new shared.UUID().setString("8f9d3a52-6f0c-4f9a-9a57-3d1f6a3e1c11"))
    .setTimeStamp(String(Date.now()))
    .setState(isReady ? VNodeState.LEADER : VNodeState.UNKNOWN)
    .setIsAlive(isLive)
    .setHttpEndPoint(new gossip.EndPoint().setAddress("127.0.0.1").setPort(node.port))
  await call.send(new gossip.ClusterInfo().setMembersList([member]))
}
