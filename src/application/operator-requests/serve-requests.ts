import { Effect, FiberSet, Predicate, Schedule } from "effect"
import { tagOf } from "../error-words.ts"
import { Health } from "../health.ts"
import { Log } from "../ports/log.ts"
import { type OperatorRequest, OperatorRequests, type Report } from "../ports/operator-requests.ts"

/**
 * Does what is asked for, tells how far it is, and answers how it ended (`done` or `refused`). A failure ends it like a refusal, with the
 * message of the error where that is one of ours.
 */
type Handle<R> = (
  request: OperatorRequest,
  tell: (report: Report) => Effect.Effect<void>
) => Effect.Effect<Report, unknown, R>

/** How long a request waits at most before it is looked at. */
const pause = "1 second"

/**
 * Does what operators ask of the running service, each request as soon as it is there. One that a process did not bring to its end is done by
 * the next. Never returns; begun anew after an outage, it leaves alone what is under way.
 */
export const makeServeRequests = Effect.fnUntraced(function* <R>(handle: Handle<R>) {
  const requests = yield* OperatorRequests
  const log = yield* Log
  const { works } = yield* Health
  const fibers = yield* FiberSet.make<void>()
  const underWay = new Set<string>()

  const carryOut = Effect.fnUntraced(function* (id: string, request: OperatorRequest) {
    const operation = request._tag
    if (!(yield* requests.report(id, { state: "running" }))) return
    log.info("operator_request_begun", { operation })
    const tell = (report: Report) => Effect.ignore(requests.report(id, report))
    const ending = yield* handle(request, tell).pipe(
      Effect.catch((error) => Effect.succeed(failed(error))),
      Effect.catchDefect((defect) => Effect.succeed(failed(defect)))
    )
    log.info("operator_request_ended", { operation, code: ending.state })
    yield* Effect.retry(requests.report(id, ending), { schedule: retries })
  })

  // For a moment a command may have the file for itself.
  const open = Effect.retry(requests.open, { schedule: retries, times: 3 })

  const serve = Effect.gen(function* () {
    while (true) {
      for (const { id, request } of yield* open) {
        if (underWay.has(id)) continue
        underWay.add(id)
        yield* FiberSet.run(
          fibers,
          Effect.ensuring(
            Effect.ignore(carryOut(id, request)),
            Effect.sync(() => underWay.delete(id))
          )
        )
      }
      works("operator_requests")
      yield* Effect.sleep(pause)
    }
  })
  return serve
})

const retries = Schedule.spaced(pause)

/** The message of an error that is ours is a sentence; of a bug the name alone is told, since its message may carry input. */
const failed = (error: unknown): Report => ({
  state: "refused",
  text:
    Predicate.hasProperty(error, "_tag") && error instanceof Error
      ? error.message
      : `It ended with a bug: ${tagOf(error)}.`
})
