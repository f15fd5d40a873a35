import { Schema } from "effect"

/** The event store was not opened, and trying again does not help. */
export class EventStoreDbRefused extends Schema.TaggedError<EventStoreDbRefused>()("EventStoreDbRefused", {
  /** For the operator; never with a part of the connection string. */
  reason: Schema.String
}) {
  override get message(): string {
    return this.reason
  }
}
