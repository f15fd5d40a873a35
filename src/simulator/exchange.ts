import type { IncomingMessage, ServerResponse } from "node:http"
import type { Answer } from "./answers.ts"
import type { Call } from "./contract.ts"
import type { FaultPoint } from "./faults.ts"
import type { CallRecord } from "./ledger.ts"
import type { Scenario } from "./scenarios.ts"

/** One call of the partner, from its headers to its answer. */
export interface Exchange {
  readonly call: Call
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly path: string
  /** The raw query string, without its question mark. */
  readonly query: string
  readonly record: CallRecord
}

/** What a call made of its headers: wrong use is counted by then, nothing has taken effect yet. */
export interface Prepared {
  /** Whose script the faults come from, besides everybody's. */
  readonly scenario: Scenario
  /** The fault of the first point that has one strikes. */
  readonly faultPoints: ReadonlyArray<FaultPoint>
  /** Reads the body; false: the sender went away, and nothing takes effect. */
  readonly receive: () => Promise<boolean>
  /** Takes effect, and says what is answered. */
  readonly take: () => Answer
  /** The answer went out whole, as it was taken. */
  readonly delivered: () => void
}

/** A header as one text; undefined when it is missing or empty. */
export const header = (exchange: Exchange, name: string): string | undefined => {
  const value = exchange.request.headers[name]
  return typeof value === "string" && value !== "" ? value : undefined
}

/** Gives the body away piece by piece. False: it ended before it was complete. */
export const receiveBody = (request: IncomingMessage, take: (chunk: Buffer) => void): Promise<boolean> =>
  new Promise((resolve) => {
    request.on("data", take)
    request.once("end", () => resolve(request.complete))
    request.once("error", () => resolve(false))
    request.once("close", () => resolve(request.complete))
  })

export const hasBody = (request: IncomingMessage): boolean =>
  request.headers["transfer-encoding"] !== undefined || (request.headers["content-length"] ?? "0") !== "0"
