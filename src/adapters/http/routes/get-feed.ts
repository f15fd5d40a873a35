import { Effect } from "effect"
import type { FastifyRequest } from "fastify"
import { type Caller, tenantSeenBy } from "../../../application/caller.ts"
import { LogIdentity } from "../../../application/history/log-identity.ts"
import { type FeedCursor, writeCursor } from "../../../application/messages/feed-cursor.ts"
import { beginning, placeOf, readFeed } from "../../../application/messages/read-feed.ts"
import { Telemetry } from "../../../application/ports/telemetry.ts"
import type { Answer } from "../answer/answer.ts"
import { HttpSettings } from "../http-settings.ts"
import { authorize, remainsAuthorized } from "../request/authorize.ts"
import { readAfter, readStreamStart } from "../request/feed-position.ts"
import { prefersEventStream } from "../request/media-types.ts"
import { queryOf, readFeedLimit } from "../request/parameters.ts"
import type { RequestError } from "../request-errors.ts"

const needed = "events:read"

/** `GET /v1/feed`: a page of messages, or a stream of them (contract/service-api §3). */
export const getFeed = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, needed)
  const { after, limit } = yield* queryOf(request, "after", "limit")
  const most = yield* Effect.fromResult(readFeedLimit(limit))
  if (prefersEventStream(request.headers.accept))
    return yield* stream(request, caller, yield* Effect.fromResult(readStreamStart(request, after)))
  return yield* page(caller, yield* Effect.fromResult(readAfter(after)), most)
})

const startOf = (after: FeedCursor | undefined) => (after ? placeOf(after) : Effect.succeed(beginning))

const page = Effect.fnUntraced(function* (caller: Caller, after: FeedCursor | undefined, limit: number) {
  const { messages, upTo } = yield* readFeed(yield* startOf(after), limit, tenantSeenBy(caller))
  const { logId } = yield* LogIdentity
  const { messagesSent } = yield* Telemetry
  messagesSent("page", messages.length)
  // Never further than what was given: the more a cursor is behind, the more likely it holds after a restore.
  const next = messages.length > 0 ? { logId, ...upTo } : (after ?? { logId, ...beginning })
  const items = messages.map(({ json }) => json).join(",")
  return { status: 200, text: `{"items":[${items}],"next":"${writeCursor(next)}"}` } satisfies Answer
})

const headers = { "content-type": "text/event-stream", "x-accel-buffering": "no" }

const stream = Effect.fnUntraced(function* (request: FastifyRequest, caller: Caller, after: FeedCursor | undefined) {
  const { streams } = yield* HttpSettings
  const tenant = tenantSeenBy(caller)
  const place = yield* startOf(after)
  // What is wrong is said before it begins: a client that got a 200 comes again and again.
  yield* readFeed(place, 1, tenant)
  const isAllowed = yield* remainsAuthorized(request, needed, caller)
  if (streams.isFull()) return yield* Effect.fail<RequestError>({ _tag: "TooManyStreams" })
  if (request.method === "HEAD") return { status: 200, headers } satisfies Answer
  return {
    status: 200,
    headers,
    stream: (response) => streams.open(response, { tenant, place, isAllowed })
  } satisfies Answer
})
