import "./request-context.ts"
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, type HTTPMethods } from "fastify"
import { codeOf } from "../../application/error-words.ts"
import type { Log, LogFields } from "../../application/ports/log.ts"
import type { Telemetry } from "../../application/ports/telemetry.ts"
import type { Admission } from "./admission/admission.ts"
import { internalAnswer, problemAnswer } from "./answer/problem.ts"
import { respond } from "./answer/respond.ts"
import { refuseConnect, refuseUnreadable } from "./connection/client-error.ts"
import { malformedMessage } from "./connection/http-message.ts"
import { closeWithCare } from "./connection/lingering-close.ts"
import { begin, isClosing } from "./connection/pipelining.ts"
import { requestIdOf } from "./request/request-id.ts"
import { traceIdOf } from "./request/trace-context.ts"
import { invalidParameter, type Overloaded, type RequestError } from "./request-errors.ts"
import { allowedMethods, type Declared } from "./routes/allowed-methods.ts"
import { routes } from "./routes/routes.ts"
import type { Runner } from "./routes/run-route.ts"

export type AppOptions = {
  readonly admission: Pick<Admission, "admit" | "track">
  /** Milliseconds that an idle connection is kept. */
  readonly keepAliveTimeout: number
  readonly isStopping: () => boolean
  readonly log: Log["Service"]
  readonly requestAnswered: Telemetry["Service"]["requestAnswered"]
  readonly run: Runner["run"]
  readonly timeouts?: Timeouts
}

/** In milliseconds: for all headers, for a whole request, and between two looks at both. */
export type Timeouts = { readonly headers: number; readonly request: number; readonly look: number }

/** An image may take 15 minutes. */
const ownTimeouts: Timeouts = { headers: 15_000, request: 16 * 60_000, look: 5000 }

const overloaded: Overloaded["_tag"] = "Overloaded"

/** Fastify as the surface needs it: routing and sending; bodies are read by the routes, errors are answered by the one table. */
export const makeApp = (options: AppOptions): FastifyInstance => {
  const { admission, keepAliveTimeout, isStopping, log, requestAnswered, run, timeouts = ownTimeouts } = options
  const tell = (line: LogFields, millis = 0) => {
    // Of what is refused early only the whole is told: many lines would be a load of their own.
    if (line.tag !== overloaded) log.info("request", line)
    requestAnswered(line.route, line.method, line.status, millis / 1000)
  }
  const app: FastifyInstance = fastify({
    keepAliveTimeout,
    requestTimeout: timeouts.request,
    genReqId: requestIdOf,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    http: {
      headersTimeout: timeouts.headers,
      connectionsCheckingInterval: timeouts.look,
      // `Upgrade: h2c` is an offer that may be ignored.
      shouldUpgradeCallback: () => false,
      // Node would answer it itself, and with no problem.
      requireHostHeader: false
    },
    // Longer than any URL can be: an id of any length is answered by its route.
    routerOptions: { maxParamLength: 64 * 1024 },
    clientErrorHandler: refuseUnreadable(tell),
    frameworkErrors: (_error, request, reply) => {
      if (isRequest(request as FastifyRequest, reply as FastifyReply))
        refuse(reply as FastifyReply, invalidParameter("A path is percent-encoded UTF-8."))
    }
  })

  const open = (request: FastifyRequest, reply: FastifyReply) => {
    const began = performance.now()
    begin({ response: reply.raw, refuse: (error) => refuse(reply, error) })
    request.traceId = traceIdOf(request.headers["traceparent"])
    reply.header("x-request-id", request.id)
    reply.header("cache-control", "no-store")
    reply.raw.once("close", () => {
      const millis = performance.now() - began
      tell(lineOf(request, reply, millis), millis)
    })
  }
  const refuse = (reply: FastifyReply, error: RequestError) => {
    reply.request.errorTag = error._tag
    respond(reply, problemAnswer(error, reply.request.id, reply.request.caller))
  }
  /** Not behind the last one of a connection: that is left without an answer. Nor when it is no message: that gets its answer here. */
  const isRequest = (request: FastifyRequest, reply: FastifyReply): boolean => {
    if (isClosing(request.raw.socket)) {
      reply.hijack()
      return false
    }
    open(request, reply)
    const error = malformedMessage(request.raw)
    if (error) refuse(reply, error)
    return error === undefined
  }

  app.decorate("isStopping", isStopping)
  for (const field of ["caller", "registrationId", "correlationId", "traceId", "errorTag"])
    app.decorateRequest(field, undefined)
  // Fastify then leaves bodies alone, and a Content-Type with them.
  for (const method of app.supportedMethods) app.addHttpMethod(method, { hasBody: false, overrideExisting: true })

  app.addHook("onRequest", (request, reply, done) => {
    if (isRequest(request, reply)) done()
  })
  const declared: Array<Declared> = []
  for (const { methods, url, handle, demand } of routes) {
    const method = withHead(methods)
    declared.push({ methods: method, url })
    app.route({
      method,
      url,
      // Before key and body: nobody can be served now, and saying so must cost little.
      onRequest: (_, reply, done) => {
        const seconds = demand && admission.admit(demand)
        if (seconds === undefined) done()
        else refuse(reply, { _tag: overloaded, seconds })
      },
      handler: (request, reply) =>
        run(handle(request), reply, demand === "command" ? admission.track(request.raw) : undefined)
    })
  }
  const nothingAt = (url: string): RequestError => {
    const allow = allowedMethods(declared, url)
    return allow ? { _tag: "MethodNotAllowed", allow } : { _tag: "NoSuchRoute" }
  }
  app.setNotFoundHandler((request, reply) => refuse(reply, nothingAt(request.url)))
  app.server.maxHeadersCount = 0
  closeWithCare(app.server)
  app.server.on("connect", refuseConnect(tell, nothingAt))
  // Nobody has to know every expectation; Node would answer it itself, and with no problem.
  app.server.on("checkExpectation", (request, response) => app.server.emit("request", request, response))
  app.setErrorHandler((error, request, reply) => {
    const { id: requestId, traceId } = request
    log.error("request_failed", { requestId, ...(traceId && { traceId }), code: codeOf(error) })
    respond(reply, internalAnswer(request.id))
  })
  return app
}

/** What can be read can be asked for its headers alone (RFC 9110 §9.3.2). */
const withHead = (methods: ReadonlyArray<HTTPMethods>): Array<HTTPMethods> => [
  ...new Set(methods.flatMap((method): Array<HTTPMethods> => (method === "GET" ? ["GET", "HEAD"] : [method])))
]

const lineOf = (request: FastifyRequest, { raw }: FastifyReply, millis: number) => {
  const { id: requestId, method, caller, registrationId, correlationId, traceId, errorTag: tag } = request
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
    ...(traceId && { traceId }),
    ...(tag && { tag })
  }
}
