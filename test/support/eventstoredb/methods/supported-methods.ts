import features from "@eventstore/db-client/generated/serverfeatures_pb.js"
import type { GrpcCall } from "../grpc/grpc-call.ts"

export const serverVersion = "24.6.0"

/** What the server says that it can do: methods by service, with the features that some have. */
const methods: Readonly<Record<string, string>> = {
  "streams.streams": "read:position,events append batchappend:deadline_duration delete tombstone",
  "persistent_subscriptions.persistentsubscriptions":
    "create:stream,all update:stream,all delete:stream,all read:stream,all getinfo:stream,all replayparked:stream,all list:stream,all restartsubsystem",
  "operations.operations":
    "startscavenge stopscavenge shutdown mergeindexes resignnode setnodepriority restartpersistentsubscriptions",
  "users.users": "create update delete disable enable details changepassword resetpassword",
  "projections.projections":
    "create:track_emitted_streams update delete statistics disable enable reset state result restartsubsystem",
  "gossip.gossip": "read",
  "monitoring.monitoring": "stats",
  "server_features.serverfeatures": "getsupportedmethods"
}

export const supportedMethodsMethod = async (call: GrpcCall): Promise<void> => {
  const answer = new features.SupportedMethods().setEventStoreServerVersion(serverVersion)
  for (const [service, list] of Object.entries(methods)) {
    for (const entry of list.split(" ")) {
      const [name = "", chosen] = entry.split(":")
      const method = new features.SupportedMethod().setMethodName(name).setServiceName(`event_store.client.${service}`)
      answer.addMethods(chosen === undefined ? method : method.setFeaturesList(chosen.split(",")))
    }
  }
  await call.send(answer)
}
