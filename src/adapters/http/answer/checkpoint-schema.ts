import { Schema } from "effect"

const told = (description: string) => Schema.String.annotate({ description })
const whole = (description: string, least = 1) =>
  Schema.Int.check(Schema.isGreaterThanOrEqualTo(least)).annotate({ description })

/** The last checkpoint of the log; what its note is made of stands beside it. */
export const Checkpoint = Schema.Struct({
  note: told("The signed note (C2SP): keep it, to the byte."),
  logId: told("Names the log."),
  revision: whole("Its place in the stream certreg-checkpoints.", 0),
  previous: told("Hex SHA-256 of the text before it in that stream; 64 zeros for the first."),
  count: whole("How many events it covers: those since the checkpoint before it."),
  lastPosition: whole("The position of the last event that it covers."),
  root: told("Hex tree hash (RFC 9162) of the events that it covers."),
  signedAt: Schema.String.annotate({
    description: "When it was recorded. RFC 3339, UTC, with milliseconds.",
    format: "date-time"
  }),
  publicKey: told("Whose signature it is: base64 of the SPKI form of an Ed25519 key.")
}).annotate({ identifier: "Checkpoint" })
