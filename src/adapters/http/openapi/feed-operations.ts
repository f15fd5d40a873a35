import { writeCursor } from "../../../application/messages/feed-cursor.ts"
import { FeedPage } from "../answer/feed-schemas.ts"
import { defaultFeedLimit, maxFeedLimit } from "../request/parameters.ts"
import { curl, withKey } from "./curl.ts"
import { messageExamples } from "./message-examples.ts"
import type { Operation, Parameter } from "./operation.ts"
import { keyed } from "./problem-sets.ts"

const cursor = writeCursor({ logId: "0192f3c1-7f0e-7c11-9d53-3c7a1de0b1f4", epoch: 0, position: 48211 })
const message = messageExamples.issued

const parameters: ReadonlyArray<Parameter> = [
  {
    name: "after",
    in: "query",
    description: "The next of the page before, or the id of an event; without it the feed starts at the beginning.",
    schema: { type: "string", minLength: 1, maxLength: 200 }
  },
  {
    name: "limit",
    in: "query",
    description: "How many messages a page has at most; it may have fewer. An event stream takes no notice of it.",
    schema: { type: "integer", minimum: 1, maximum: maxFeedLimit, default: defaultFeedLimit },
    example: maxFeedLimit
  },
  {
    name: "Last-Event-ID",
    in: "header",
    description: "With an event stream: the id of the last event that came. It wins over after; empty counts as none.",
    schema: { type: "string", maxLength: 200 }
  }
]

export const feedOperations = {
  "GET /v1/feed": {
    id: "readFeed",
    group: "Feed",
    summary: "Follow what happens",
    description:
      "Every public change of the tenant's registrations, with audit:read of all tenants, once and in the order in which they were recorded; nothing personal. A page is followed by asking for its next, which is there also when nothing follows yet. As an event stream (Accept: text/event-stream, liked better than JSON) it stays open: each event has a cursor as its id, the message's type as its event and the message as its data; a comment comes at once and every 15 seconds. A stream may end at any time (a stop, a removed key, a reader that takes nothing for two minutes): go on with Last-Event-ID. A cursor is good on every instance and for ever, unless the log is put back from a backup to a point before it.",
    scope: "events:read",
    parameters,
    answers: {
      200: {
        description: "A page, or an event stream.",
        content: { mediaType: "application/json", schema: FeedPage, example: { items: [message], next: cursor } },
        preferred: {
          mediaType: "text/event-stream",
          example: `:\nretry: 2000\n\nid: ${cursor}\nevent: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`
        }
      }
    },
    problems: [...keyed, "cursor_expired", "unavailable"],
    curl: curl("-N $URL/v1/feed", withKey, '-H "accept: text/event-stream"')
  }
} as const satisfies { readonly [key: string]: Operation }
