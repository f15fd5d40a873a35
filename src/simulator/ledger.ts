import { appendBounded } from "./bounded-map.ts"
import type { Call, DocumentKind } from "./contract.ts"
import { calls } from "./contract.ts"

/** One call as the platform saw it. No personal data: ids, labels and times. */
export interface CallRecord {
  readonly call: Call
  /** Unix milliseconds. */
  readonly at: number
  session?: string
  submissionId?: string
  document?: DocumentKind
  fault?: string
  /** HTTP status; `dropped`: the connection ended before the whole answer was written. */
  status?: number | "dropped"
  /** The status that a poll told. */
  said?: string
}

/** One attempt to deliver a callback. */
export interface CallbackRecord {
  readonly at: number
  readonly submissionId: string
  readonly status: string
  readonly result?: string
  readonly attempt: number
  /** HTTP status, or why there is none. */
  readonly answer: number | "timeout" | "unreachable"
  readonly ms: number
}

/** A breach of the contract: which rule, at which call, of which header or field. Never a value. */
export interface Violation {
  readonly rule: Rule
  readonly call: Call | "none"
  readonly at: number
  readonly detail: string
}

export type Rule =
  | "body-not-expected"
  | "confirm-repeated-after-the-poll-told"
  | "confirm-repeated-without-a-poll"
  | "confirm-of-an-older-submission"
  | "confirm-under-another-session"
  | "content-length-missing"
  | "content-type-wrong"
  | "documents-missing"
  | "endpoint-unknown"
  | "field-missing"
  | "field-unknown"
  | "field-wrong"
  | "header-missing"
  | "header-not-allowed"
  | "image-empty"
  | "image-not-of-its-type"
  | "json-wrong"
  | "onboarding-partner-foreign"
  | "query-wrong"
  | "redirect-followed"
  | "session-not-a-uuid"
  | "session-reused"
  | "submission-foreign"
  | "tokens-fetched-too-often"
  | "upload-after-confirm"
  | "url-altered"
  | "wrong-base-url"

const KEPT = 1000

const noCalls = () => Object.fromEntries(calls.map((call) => [call, 0])) as Record<Call, number>

/** What the partner did and what it did wrong; counts for ever, details of the first or last thousand. */
export class Ledger {
  calls = noCalls()
  readonly statuses = new Map<string, number>()
  readonly violationCounts = new Map<Rule, number>()
  violations: Array<Violation> = []
  callbacks: Array<CallbackRecord> = []
  callbackCounts = { sent: 0, taken: 0, givenUp: 0 }
  confirms = { effective: 0, repeated: 0 }
  abortedUploads = 0
  /** Exceptions of the simulator itself. */
  defects = 0

  violate(rule: Rule, call: Call | "none", detail = ""): void {
    this.violationCounts.set(rule, (this.violationCounts.get(rule) ?? 0) + 1)
    if (this.violations.length < KEPT) this.violations.push({ rule, call, at: Date.now(), detail })
  }

  answered(call: Call, status: number | "dropped"): void {
    const key = `${call} ${status}`
    this.statuses.set(key, (this.statuses.get(key) ?? 0) + 1)
  }

  calledBack(record: CallbackRecord): void {
    appendBounded(this.callbacks, record, KEPT)
    this.callbackCounts.sent++
    if (typeof record.answer === "number" && record.answer >= 200 && record.answer < 300) this.callbackCounts.taken++
  }

  clear(): void {
    this.calls = noCalls()
    this.statuses.clear()
    this.violationCounts.clear()
    this.violations = []
    this.callbacks = []
    this.callbackCounts = { sent: 0, taken: 0, givenUp: 0 }
    this.confirms = { effective: 0, repeated: 0 }
    this.abortedUploads = 0
    this.defects = 0
  }
}
