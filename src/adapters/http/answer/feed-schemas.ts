import { Schema } from "effect"

const told = (description: string) => Schema.String.annotate({ description })

const Message = Schema.Struct({
  specversion: Schema.Literal("1.0"),
  id: told("The event's id: a copy has the same."),
  source: Schema.String,
  type: told("Such as certreg.registration.issued.v1; asyncapi.json has the data of each."),
  subject: told("The registration."),
  time: told("When the event was recorded."),
  datacontenttype: Schema.Literal("application/json"),
  sequence: told("The event's revision, zero-padded: it grows per subject, with gaps."),
  correlationid: told("One per registration."),
  tenant: Schema.String,
  data: Schema.Record(Schema.String, Schema.Unknown)
}).annotate({ identifier: "Message", description: "A CloudEvent 1.0, as on Kafka, byte for byte." })

/** A page of the feed (contract/service-api §3). */
export const FeedPage = Schema.Struct({
  items: Schema.Array(Message).annotate({ description: "In the order of the log; none at the end." }),
  next: told("The cursor of the page that follows; it stays the same while nothing does.")
}).annotate({ identifier: "FeedPage" })
