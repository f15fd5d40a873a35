import "./request-context.ts"
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify"
import { codeOf } from "../../application/error-words.ts"
import type { Log } from "../../application/ports/log.ts"
import { allowedMethods, type Declared } from "./allowed-methods.ts"
import { refuseUnreadable } from "./client-error.ts"
import { internalAnswer, problemAnswer } from "./problem.ts"
import { invalidParameter, type RequestError } from "./request-errors.ts"
import { requestIdOf } from "./request-id.ts"
import { respond } from "./respond.ts"
import { routes } from "./routes.ts"
import type { Runner } from "./run-route.ts"

export type AppOptions = {
  /** Milliseconds that an idle connection is kept. */
  readonly keepAliveTimeout: number
  readonly isStopping: () => boolean
  readonly log: Log["Service"]
  readonly run: Runner["run"]
}

/** Milliseconds for a whole request: an image may take 15 minutes. */
const requestTimeout = 16 * 60_000

/** Fastify as the surface needs it: routing and sending; bodies are read by the routes, errors are answered by the one table. */
export const makeApp = ({ keepAliveTimeout, isStopping, log, run }: AppOptions): FastifyInstance => {
  const app: FastifyInstance = fastify({
    keepAliveTimeout,
    requestTimeout,
    genReqId: requestIdOf,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    // `Upgrade: h2c` is an offer that may be ignored.
    http: { shouldUpgradeCallback: () => false },
    // Longer than any URL can be: an id of any length is answered by its route.
    routerOptions: { maxParamLength: 64 * 1024 },
    clientErrorHandler: refuseUnreadable(log),
    frameworkErrors: (_error, request, reply) => {
      open(request as FastifyRequest, reply as FastifyReply)
      refuse(reply as FastifyReply, invalidParameter("A path is percent-encoded UTF-8."))
    }
  })

  const open = (request: FastifyRequest, reply: FastifyReply) => {
    const began = performance.now()
    reply.header("x-request-id", request.id)
    reply.header("cache-control", "no-store")
    reply.raw.once("close", () => log.info("request", lineOf(request, reply, performance.now() - began)))
  }
  const refuse = (reply: FastifyReply, error: RequestError) => {
    reply.request.errorTag = error._tag
    respond(reply, problemAnswer(error, reply.request.id, reply.request.caller))
  }

  app.decorate("isStopping", isStopping)
  for (const field of ["caller", "registrationId", "correlationId", "errorTag"]) app.decorateRequest(field, undefined)
  // Fastify then leaves bodies alone, and a Content-Type with them.
  for (const method of app.supportedMethods) app.addHttpMethod(method, { hasBody: false, overrideExisting: true })

  app.addHook("onRequest", (request, reply, done) => {
    open(request, reply)
    done()
  })
  const declared: Array<Declared> = []
  for (const { methods, url, handle } of routes) {
    declared.push({ methods, url })
    app.route({ method: [...methods], url, handler: (request, reply) => run(handle(request), reply) })
  }
  app.setNotFoundHandler((request, reply) => {
    const allow = allowedMethods(declared, request.url)
    refuse(reply, allow ? { _tag: "MethodNotAllowed", allow } : { _tag: "NoSuchRoute" })
  })
  app.setErrorHandler((error, request, reply) => {
    log.error("request_failed", { requestId: request.id, code: codeOf(error) })
    respond(reply, internalAnswer(request.id))
  })
  return app
}

const lineOf = (request: FastifyRequest, { raw }: FastifyReply, millis: number) => {
  const { id: requestId, method, caller, registrationId, correlationId, errorTag: tag } = request
  const route = request.routeOptions.url
  return {
    requestId,
    method,
    millis: Math.round(millis),
    // Nothing was sent when the caller went away before.
    ...(raw.headersSent && { status: raw.statusCode }),
    ...(route && { route }),
    ...(caller && { clientId: caller.clientId }),
    ...(registrationId && { registrationId }),
    ...(correlationId && { correlationId }),
    ...(tag && { tag })
  }
}
