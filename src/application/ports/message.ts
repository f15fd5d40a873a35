import type { Position } from "./event-store.ts"

/** A public message (contract/service-api §3), made once by the projection: Kafka and the feed give the same bytes. */
export type Message = {
  /** Of its event in the log. */
  readonly position: Position
  readonly registrationId: string
  readonly tenant: string
  /** A CloudEvent in the JSON format. */
  readonly json: string
}
