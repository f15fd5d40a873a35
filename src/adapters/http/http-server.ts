import type { AddressInfo } from "node:net"
import { Context, Deferred, Effect, Layer, Schema } from "effect"
import type { FastifyInstance } from "fastify"
import { codeOf } from "../../application/error-words.ts"
import { Health } from "../../application/health.ts"
import { LogIdentity } from "../../application/history/log-identity.ts"
import { NewMessages } from "../../application/messages/new-messages.ts"
import { Log } from "../../application/ports/log.ts"
import { Telemetry } from "../../application/ports/telemetry.ts"
import { makeAdmission } from "./admission/admission.ts"
import { type Limits, tickInterval } from "./admission/limits.ts"
import { makeApp } from "./fastify-app.ts"
import { type FeedLimits, usualFeedLimits } from "./feed/feed-limits.ts"
import { makeFeedStreams } from "./feed/feed-streams.ts"
import { HttpSettings } from "./http-settings.ts"
import type { CallbackAuth } from "./request/callback-auth.ts"
import { makeRateLimit } from "./request/rate-limit.ts"
import type { RouteServices } from "./routes/routes.ts"
import { makeRunner, type Runner } from "./routes/run-route.ts"

/** Durations in milliseconds. */
export type HttpConfig = {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly keepAliveTimeout: number
  /** How long requests are still taken after the stop began. */
  readonly shutdownDelay: number
  readonly callbackAuth: CallbackAuth
  readonly partnerUserIdType?: string | undefined
  /** Requests per second and client; undefined: any number. */
  readonly rateLimit?: number | undefined
  /** When no more is begun, where it differs from the usual: for tests. */
  readonly limits?: Partial<Limits>
  /** Bounds of event streams, where they differ from the usual: for tests. */
  readonly feed?: Partial<FeedLimits>
}

/** Where the server listens. */
export class HttpServer extends Context.Service<HttpServer, { readonly host: string; readonly port: number }>()(
  "certreg/adapters/http/HttpServer"
) {}

/** The address cannot be listened on. `code` is a word: `EADDRINUSE`, `EACCES` and the like. */
export class ListenFailed extends Schema.TaggedError<ListenFailed>()("ListenFailed", { code: Schema.String }) {
  override get message(): string {
    return `HOST and PORT cannot be listened on (${this.code}).`
  }
}

/** Serves contract/service-api §2 and §4 while its scope is open. */
export const httpServer = (
  config: HttpConfig
): Layer.Layer<
  HttpServer,
  ListenFailed,
  Health | Log | Telemetry | NewMessages | Exclude<RouteServices, HttpSettings>
> => Layer.effect(HttpServer, serve(config))

const serve = Effect.fnUntraced(function* (config: HttpConfig) {
  const log = yield* Log
  const { isStopping, stop } = yield* Health
  const { requestAnswered, requestRefused } = yield* Telemetry
  const services = yield* Effect.context<Exclude<RouteServices, HttpSettings>>()
  const stopping = Deferred.makeUnsafe<void>()
  const { callbackAuth, partnerUserIdType, rateLimit, limits = {}, feed = {}, keepAliveTimeout, shutdownDelay } = config
  const admit = makeRateLimit(rateLimit)
  const admission = makeAdmission(limits, { log, requestRefused })
  yield* Effect.acquireRelease(
    Effect.sync(() => setInterval(admission.tick, tickInterval)),
    (ticking) =>
      Effect.sync(() => {
        clearInterval(ticking)
        admission.end()
      })
  )
  const streams = yield* openStreams({ ...usualFeedLimits, ...feed })
  const { admitCallback } = admission
  const settings = {
    callbackAuth,
    partnerUserIdType,
    admit,
    admitCallback,
    streams,
    stopping: Deferred.await(stopping)
  }
  const { run, running } = makeRunner(Context.add(services, HttpSettings, settings), log)
  const app = makeApp({ admission, keepAliveTimeout, isStopping, log, requestAnswered, run })
  const address = yield* Effect.acquireRelease(listen(app, config), () =>
    Effect.sync(stop).pipe(
      Effect.andThen(Effect.sleep(shutdownDelay)),
      Effect.andThen(Deferred.succeed(stopping, undefined)),
      Effect.andThen(Effect.sync(streams.end)),
      Effect.andThen(finish(app, running))
    )
  )
  log.info("listening", address)
  return address
})

/** Event streams that are told of new messages, and looked after. */
const openStreams = Effect.fnUntraced(function* (limits: FeedLimits) {
  const log = yield* Log
  const { logId } = yield* LogIdentity
  const { streamsOpen, messagesSent } = yield* Telemetry
  const { listen } = yield* NewMessages
  const streams = makeFeedStreams({
    limits,
    logId,
    log,
    streamsOpen,
    messagesSent: (count) => messagesSent("stream", count)
  })
  yield* Effect.acquireRelease(
    Effect.sync(() => listen(streams.arrived)),
    (stop) => Effect.sync(stop)
  )
  yield* Effect.forkScoped(streams.run)
  return streams
})

const listen = (app: FastifyInstance, { host, port }: HttpConfig) =>
  Effect.tryPromise({
    try: () => app.listen({ host, port }),
    catch: (error) => new ListenFailed({ code: codeOf(error) })
  }).pipe(Effect.map(() => ({ host, port: (app.server.address() as AddressInfo).port })))

/** How long what runs may take to finish. */
const stopGrace = "20 seconds"
const glance = "50 millis"

/** Stops accepting, and waits for what runs; what takes longer is cut. */
const finish = (app: FastifyInstance, running: Runner["running"]) =>
  Effect.promise(() => app.close()).pipe(
    Effect.raceFirst(reapIdle(app)),
    Effect.andThen(Effect.suspend(() => awaitAll(running))),
    Effect.timeoutOption(stopGrace),
    Effect.andThen(Effect.sync(() => cut(app, running)))
  )

/** A connection whose last answer went out before the stop began does not know that it is over. */
const reapIdle = (app: FastifyInstance) =>
  Effect.sync(() => app.server.closeIdleConnections()).pipe(Effect.andThen(Effect.sleep(glance)), Effect.forever)

const awaitAll = (running: Runner["running"]): Effect.Effect<void> =>
  running.size === 0
    ? Effect.void
    : Effect.andThen(
        Effect.sleep(glance),
        Effect.suspend(() => awaitAll(running))
      )

const cut = (app: FastifyInstance, running: Runner["running"]) => {
  app.server.closeAllConnections()
  for (const fiber of running) fiber.interruptUnsafe()
}
