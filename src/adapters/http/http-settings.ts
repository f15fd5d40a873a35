import { Context, type Effect } from "effect"
import type { FeedStreams } from "./feed/feed-streams.ts"
import type { CallbackAuth } from "./request/callback-auth.ts"
import type { Admit } from "./request/rate-limit.ts"

/** What the routes need of the configuration and of the server that they run in. */
export class HttpSettings extends Context.Service<
  HttpSettings,
  {
    readonly callbackAuth: CallbackAuth
    /** The default of the request's field; without one the field is required. */
    readonly partnerUserIdType: string | undefined
    /** Whether a client asks too often. */
    readonly admit: Admit
    /** Whether a callback is taken now: undefined, or the seconds after which it may come again. */
    readonly admitCallback: () => number | undefined
    readonly streams: Pick<FeedStreams, "isFull" | "open">
    /** Returns when the server stops: who holds an answer then gives what is known. */
    readonly stopping: Effect.Effect<void>
  }
>()("certreg/adapters/http/HttpSettings") {}
