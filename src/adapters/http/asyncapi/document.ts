import { type MessageName, messageNames } from "../../../application/messages/message-schemas.ts"
import { about } from "../openapi/about.ts"
import { messageExamples } from "../openapi/message-examples.ts"
import { messageJsonSchemas } from "./message-json-schemas.ts"

type Json = { readonly [member: string]: unknown }

const cloudEvents = "application/cloudevents+json"
const topic = "certificate-registrations.v1"
const channel = "registrations"
const bindingVersion = "0.5.0"

const description = `Every change of a registration's life, as a CloudEvent 1.0 in the JSON format (structured mode), without personal data.

- A message can come twice, with the same \`id\`: keep the first copy. The first copies are complete, and in order per subject.
- \`sequence\` grows per subject, with gaps: a gap is no loss.
- Ignore members and types that you do not know: messages gain optional members, and there will be further types.
- The same messages, each once, are at \`GET /v1/feed\`. The header \`certreg-cursor\` says where a message stands there: who was away longer than the topic keeps its messages goes on from the cursor of the last one.`

const headers = {
  type: "object",
  properties: {
    "content-type": { type: "string", enum: [cloudEvents] },
    "certreg-cursor": {
      type: "string",
      description: "Opaque: the place of this message in the feed, for `GET /v1/feed?after=…`.",
      pattern: "^[A-Za-z0-9_-]{1,100}$"
    }
  },
  required: ["content-type", "certreg-cursor"]
}
const key = { type: "string", format: "uuid", description: "The registration; also the subject." }
const cursorExample = "WyIwMTk5MGE1ZS04ZjRjLTdkMTEtOWMzZS01YjJhN2Y2ZTRkMTAiLDAsNDgyMTFd"

const messageOf = (name: MessageName, { title, description, ...payload }: Json): Json => ({
  name: title,
  title,
  summary: description,
  contentType: cloudEvents,
  headers: { $ref: "#/components/schemas/headers" },
  payload,
  bindings: { kafka: { key, bindingVersion } },
  examples: [
    {
      name,
      headers: { "content-type": cloudEvents, "certreg-cursor": cursorExample },
      payload: messageExamples[name]
    }
  ]
})

/** The AsyncAPI 3.0 document of the messages that are published. */
export const makeAsyncApi = (): Json => {
  const schemas = messageJsonSchemas()
  const refs = (place: string) => messageNames.map((name) => ({ $ref: `#/${place}/messages/${name}` }))
  return {
    asyncapi: "3.0.0",
    info: {
      title: about.title,
      version: "1",
      description,
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" }
    },
    defaultContentType: cloudEvents,
    channels: {
      [channel]: {
        address: topic,
        title: "The life of registrations",
        description: "A Kafka topic; another name where the service is configured so (`KAFKA_TOPIC`).",
        messages: Object.fromEntries(messageNames.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
        bindings: {
          kafka: { topic, topicConfiguration: { "cleanup.policy": ["delete"] }, bindingVersion }
        }
      }
    },
    operations: {
      publish: {
        action: "send",
        channel: { $ref: `#/channels/${channel}` },
        summary: "Tells of every change, in order per registration.",
        messages: refs(`channels/${channel}`)
      }
    },
    components: {
      messages: Object.fromEntries(messageNames.map((name) => [name, messageOf(name, schemas[name])])),
      schemas: { headers }
    }
  }
}
