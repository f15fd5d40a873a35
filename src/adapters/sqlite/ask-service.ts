import { Effect, Schema } from "effect"
import type { OperatorRequest, Report } from "../../application/ports/operator-requests.ts"
import { isDataDirInUse } from "./lock.ts"
import { makeRequests } from "./operator-requests.ts"

/** The service that was asked does not run any more. What was asked of it is done when it runs again. */
export class ServiceEnded extends Schema.TaggedError<ServiceEnded>()("ServiceEnded", {}) {
  override get message(): string {
    return "The service ended meanwhile. It goes on with the request when it is started again."
  }
}

const pause = "200 millis"
/** Milliseconds without a new report after which it is found out whether the service still runs. */
const silence = 2000

/** Asks the service that runs on a data directory, and passes each new report on. Answers the last one: `done` or `refused`. */
export const askService = Effect.fnUntraced(function* (
  dataDir: string,
  request: OperatorRequest,
  onReport: (report: Report) => void
) {
  const { ask, reportOf } = yield* Effect.acquireRelease(
    Effect.sync(() => makeRequests(dataDir)),
    ({ close }) => Effect.sync(close)
  )
  const id = yield* ask(request)
  let last = ""
  let since = performance.now()
  while (true) {
    const report = yield* reportOf(id)
    if (report?.state === "done" || report?.state === "refused") return report
    const text = JSON.stringify(report)
    if (report && text !== last) {
      last = text
      since = performance.now()
      onReport(report)
    } else if (performance.now() - since > silence) {
      since = performance.now()
      if (!isDataDirInUse(dataDir)) return yield* new ServiceEnded()
    }
    yield* Effect.sleep(pause)
  }
}, Effect.scoped)
