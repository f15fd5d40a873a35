import { Context, type Effect, Schema } from "effect"

/** What a command of an operator asks of the running service. `from`: a feed cursor, or `start`. */
export const OperatorRequest = Schema.Union([
  Schema.TaggedStruct("RebuildViews", {}),
  Schema.TaggedStruct("Republish", { from: Schema.String }),
  Schema.TaggedStruct("AcceptTopic", {}),
  Schema.TaggedStruct("SignCheckpoint", {}),
  Schema.TaggedStruct("RewrapKeys", {})
])
export type OperatorRequest = typeof OperatorRequest.Type

/** How it stands. `text`: a sentence of our own words for the operator. */
export const Report = Schema.Struct({
  state: Schema.Literals(["waiting", "running", "done", "refused"]),
  text: Schema.optionalKey(Schema.String),
  /** Of work that goes on: how many positions of the log are done, and of how many. */
  done: Schema.optionalKey(Schema.Int),
  of: Schema.optionalKey(Schema.Int)
})
export type Report = typeof Report.Type

export class RequestsUnavailable extends Schema.TaggedError<RequestsUnavailable>()("RequestsUnavailable", {
  operation: Schema.String,
  /** A word for logs: an error code, never a message. */
  code: Schema.String
}) {
  override get message(): string {
    return `The requests of operators cannot be used (${this.operation}, ${this.code}).`
  }
}

/** Where commands leave requests for the service that works on the same data directory, and find how they stand. */
export class OperatorRequests extends Context.Service<
  OperatorRequests,
  {
    /** Those that are neither done nor refused, oldest first; without those that nobody has begun for so long that nobody waits any more. */
    readonly open: Effect.Effect<
      ReadonlyArray<{ readonly id: string; readonly request: OperatorRequest }>,
      RequestsUnavailable
    >
    /** Answers whether it still is there: who asked takes back what was not begun. */
    readonly report: (id: string, report: Report) => Effect.Effect<boolean, RequestsUnavailable>
  }
>()("certreg/application/ports/OperatorRequests") {}
