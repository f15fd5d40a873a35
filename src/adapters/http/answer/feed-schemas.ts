import { Schema } from "effect"
import { envelopeOf } from "../../../application/messages/message-schemas.ts"

const told = (description: string) => Schema.String.annotate({ description })

const Message = Schema.Struct({
  ...envelopeOf(told("Such as certreg.registration.issued.v1; asyncapi.json has the data of each.")),
  data: Schema.Record(Schema.String, Schema.Unknown)
}).annotate({ identifier: "Message", description: "A CloudEvent 1.0, as on Kafka, byte for byte." })

/** A page of the feed (contract/service-api §3). */
export const FeedPage = Schema.Struct({
  items: Schema.Array(Message).annotate({ description: "In the order of the log; none at the end." }),
  next: told("The cursor of the page that follows; it stays the same while nothing does.")
}).annotate({ identifier: "FeedPage" })
