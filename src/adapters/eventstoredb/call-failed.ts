import { codeOf } from "../../application/error-words.ts"

/**
 * How a call failed. `conflict`: the stream ends elsewhere. `refused`: it surely had no effect, and would be refused again. `unknown`: it may
 * have had its effect, or may still have it.
 */
export type CallFailed = {
  readonly outcome: "conflict" | "refused" | "unknown"
  /** A word for logs. */
  readonly code: string
}

export const refused = (code: string): CallFailed => ({ outcome: "refused", code })
export const timedOut: CallFailed = { outcome: "unknown", code: "timeout" }
/** None of the cluster's members answered, or none leads. The error that tells of it has nothing but a message. */
const noNode: CallFailed = { outcome: "unknown", code: "no_node_found" }

/** There is no such stream, or none any more. */
export const isGone = ({ code }: CallFailed): boolean => code === "stream_deleted" || code === "stream_not_found"

const unauthenticated: ReadonlySet<string> = new Set(["access_denied", "permission_denied", "unauthenticated"])
/** Whoever asked is not known, or may not do that. */
export const isUnauthenticated = ({ code }: CallFailed): boolean => unauthenticated.has(code)

const permanent: ReadonlySet<string> = new Set([
  ...unauthenticated,
  "invalid_argument",
  "stream_deleted",
  "unimplemented",
  "unsupported"
])
/** Another try does not mend it. */
export const isPermanent = ({ code }: CallFailed): boolean => permanent.has(code)

/** The client's own types of errors, where they say that nothing was done. */
const refusals: ReadonlySet<string> = new Set([
  "access-denied",
  "invalid-argument",
  "maximum-append-size-exceeded",
  "no-stream",
  "stream-deleted",
  "stream-not-found",
  "unsupported"
])

/** Words for the numbers of gRPC: the same numbers in every client of it. */
const statusWords: { readonly [status: number]: string } = {
  1: "cancelled",
  2: "unknown",
  3: "invalid_argument",
  4: "deadline_exceeded",
  5: "not_found",
  7: "permission_denied",
  8: "resource_exhausted",
  9: "failed_precondition",
  10: "aborted",
  12: "unimplemented",
  13: "internal",
  14: "unavailable",
  16: "unauthenticated"
}
/** Statuses that say that nothing was done. */
const refusedStatuses: ReadonlySet<unknown> = new Set([3, 7, 12, 16])

/**
 * What an error of the client says. Told by `type` and `code`, not by class: while nobody listens the client lets errors of gRPC through as
 * they are, which have no type. What is not known for a refusal is unknown.
 */
export const callFailed = (error: unknown): CallFailed => {
  const { type, code } = typeof error === "object" && error !== null ? (error as Told) : {}
  if (type === "wrong-expected-version") return { outcome: "conflict", code: "wrong_expected_version" }
  if (typeof type === "string" && refusals.has(type)) return refused(type.replaceAll("-", "_"))
  if (type === "not-leader") return { outcome: "unknown", code: "not_leader" }
  if (error instanceof Error && error.message.startsWith("Failed to discover")) return noNode
  const word = (typeof code === "number" ? statusWords[code] : undefined) ?? codeOf(error)
  return { outcome: refusedStatuses.has(code) ? "refused" : "unknown", code: word }
}

type Told = { readonly type?: unknown; readonly code?: unknown }
