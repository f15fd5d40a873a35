import { Cause, type Context, Effect, Exit, type Fiber, Result } from "effect"
import type { FastifyReply } from "fastify"
import { tagOf } from "../../../application/error-words.ts"
import type { Log } from "../../../application/ports/log.ts"
import type { Answer } from "../answer/answer.ts"
import { internalAnswer, problemAnswer } from "../answer/problem.ts"
import { respond } from "../answer/respond.ts"
import type { RouteError, RouteServices } from "./routes.ts"

type Routed = Effect.Effect<Answer, RouteError, RouteServices>

/** Runs what routes ask for, each request in a fiber of its own, and sends what comes of it. */
export type Runner = {
  /** `onDone` is called when the route is done, before its answer is sent. */
  readonly run: (routed: Routed, reply: FastifyReply, onDone?: () => void) => void
  /** What runs now: also the commands whose callers have gone. */
  readonly running: ReadonlySet<Fiber.Fiber<Answer, RouteError>>
}

export const makeRunner = (context: Context.Context<RouteServices>, log: Log["Service"]): Runner => {
  const fork = Effect.runForkWith(context)
  const running = new Set<Fiber.Fiber<Answer, RouteError>>()

  const run = (routed: Routed, reply: FastifyReply, onDone?: () => void) => {
    const fiber = fork(routed)
    running.add(fiber)
    fiber.addObserver((exit) => {
      running.delete(fiber)
      onDone?.()
      const answer = answerTo(exit, reply)
      if (answer) respond(reply, answer)
    })
    // Reading serves the caller alone and ends with him; a command that has begun is never broken off.
    const { method } = reply.request
    if (method === "GET" || method === "HEAD") reply.raw.once("close", () => fiber.interruptUnsafe())
  }

  const answerTo = (exit: Exit.Exit<Answer, RouteError>, { request }: FastifyReply): Answer | undefined => {
    if (Exit.isSuccess(exit)) {
      request.correlationId = exit.value.correlationId
      return exit.value
    }
    const failed = Cause.findError(exit.cause)
    if (Result.isSuccess(failed)) {
      request.errorTag = failed.success._tag
      return problemAnswer(failed.success, request.id, request.caller)
    }
    if (Cause.hasInterruptsOnly(exit.cause)) return undefined
    request.errorTag = tagOf(Cause.squash(exit.cause))
    const { id: requestId, errorTag: tag, traceId } = request
    log.error("request_failed", { requestId, ...(traceId && { traceId }), tag })
    return internalAnswer(request.id)
  }

  return { run, running }
}
