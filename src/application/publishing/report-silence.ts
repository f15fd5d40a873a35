import { Effect } from "effect"
import { BrokerFailure } from "../ports/message-broker.ts"
import { PublisherState } from "./publisher-state.ts"
import type { StatusReports } from "./report-status.ts"

const noAnswer = new BrokerFailure({ kind: "unreachable", code: "no_answer" })

/**
 * Reports a broker that has kept everybody waiting for so many milliseconds: what is sent to one broker waits for each other, so that its
 * failure comes much later.
 */
export const reportSilence = Effect.fnUntraced(function* (patience: number, report: StatusReports) {
  const { published, status } = yield* PublisherState
  while (true) {
    const before = published()
    yield* Effect.sleep(patience)
    // Why it is down already is better known.
    if (published() === before && status().condition === "up") report.down(noAnswer)
  }
})
