import type { Faults } from "./faults.ts"
import type { GrpcCall } from "./grpc/grpc-call.ts"
import type { Database } from "./log/database.ts"

/** How far the server has started: alive says its health check, and ready is who takes calls. */
export interface Stage {
  isLive: boolean
  isReady: boolean
}

export interface Subscription {
  readonly call: GrpcCall
  /** Whether it delivers nothing more. */
  isSilent: boolean
}

/** What the methods of the server share. */
export interface DatabaseNode {
  /** Where it listens, which it tells whoever asks for the members of its cluster. */
  port: number
  readonly database: Database
  readonly faults: Faults
  readonly stage: Stage
  readonly subscriptions: Set<Subscription>
}
