import { Effect, Schedule, Schema } from "effect"
import type { OperatorRequest, Report, RequestsUnavailable } from "../../application/ports/operator-requests.ts"
import { isDataDirInUse } from "./lock.ts"
import { makeRequests } from "./operator-requests.ts"

/** The service that was asked does not run any more. What it has begun is done when it runs again. */
export class ServiceEnded extends Schema.TaggedError<ServiceEnded>()("ServiceEnded", {}) {
  override get message(): string {
    return "The service ended meanwhile. It goes on with the request when it is started again."
  }
}

/** Who had the data directory was no service, or ended before it took the request up, which is taken back. */
export class NobodyServes extends Schema.TaggedError<NobodyServes>()("NobodyServes", {}) {
  override get message(): string {
    return "No service runs."
  }
}

const pause = "200 millis"
/** Milliseconds without a new report after which it is found out whether the service still runs. */
const silence = 2000
/** So many of them are told to who waits for a request to be begun. */
const longSilence = 3

const notBegun: Report = {
  state: "waiting",
  text: "Nobody has begun the request yet: another command works on DATA_DIR, or the service is not ready for it."
}
const gone: Report = {
  state: "refused",
  text: "The request is not there any more: it waited too long, or requests.db was removed. Ask again."
}

/** What a lock of another process kept from being done is done a moment later. */
const patiently = <A>(use: Effect.Effect<A, RequestsUnavailable>) =>
  Effect.retry(use, { schedule: Schedule.spaced(pause), times: 50, while: ({ code }) => code === "SQLITE_BUSY" })

/** Asks the service that runs on a data directory, and passes each new report on. Answers the last one: `done` or `refused`. */
export const askService = Effect.fnUntraced(function* (
  dataDir: string,
  request: OperatorRequest,
  onReport: (report: Report) => void
) {
  const { ask, withdraw, reportOf } = makeRequests(dataDir)
  const id = yield* patiently(ask(request))
  let last = ""
  let since = performance.now()
  let silences = 0
  while (true) {
    const report = (yield* patiently(reportOf(id))) ?? gone
    if (report.state === "done" || report.state === "refused") return report
    const text = JSON.stringify(report)
    if (text !== last) {
      last = text
      since = performance.now()
      onReport(report)
    } else if (performance.now() - since > silence) {
      since = performance.now()
      if (!isDataDirInUse(dataDir))
        return yield* (yield* patiently(withdraw(id))) ? new NobodyServes() : new ServiceEnded()
      silences++
      if (report.state === "waiting" && silences === longSilence) onReport(notBegun)
    }
    yield* Effect.sleep(pause)
  }
})
