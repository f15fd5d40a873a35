import { createRequire } from "node:module"
import { guardFrames } from "./frame-guard.ts"
import { guardIdleConnections } from "./idle-guard.ts"
import { guardOffsets } from "./offsets-guard.ts"
import { guardSockets } from "./socket-guard.ts"

/** Of a class of KafkaJS's inside, which has no types. Another version, without one of the methods, has to be looked at before it is used. */
export const prototypeOf = <P extends object>(
  { name, prototype }: { readonly name: string; readonly prototype: P },
  ...methods: ReadonlyArray<string>
): P => {
  for (const method of methods) if (!(method in prototype)) throw new Error(`KafkaJS has no ${method} in its ${name}.`)
  return prototype
}

/** Mends what KafkaJS gets wrong, for the whole process. Once: each guard wraps what is there. */
export const guardKafkaJs = (): void => {
  const RequestQueue = createRequire(import.meta.url)("kafkajs/src/network/requestQueue/index.js")
  const Connection = createRequire(import.meta.url)("kafkajs/src/network/connection.js")
  const Broker = createRequire(import.meta.url)("kafkajs/src/broker/index.js")
  guardFrames(prototypeOf(Connection, "processData", "connect"))
  guardSockets(prototypeOf(Connection, "disconnect"))
  guardIdleConnections(prototypeOf(RequestQueue, "scheduleCheckPendingRequests"))
  guardOffsets(prototypeOf(Broker, "listOffsets"))
}
