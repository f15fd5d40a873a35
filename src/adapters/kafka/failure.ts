import { BrokerFailure, type FailureKind } from "../../application/ports/message-broker.ts"

/** By the type of a protocol error. What is not here, and may be tried again, is `unreachable`. */
const kinds: Readonly<Record<string, FailureKind>> = {
  UNKNOWN_TOPIC_OR_PARTITION: "topic_missing",
  TOPIC_AUTHORIZATION_FAILED: "not_authorised",
  CLUSTER_AUTHORIZATION_FAILED: "not_authorised",
  SASL_AUTHENTICATION_FAILED: "not_authorised",
  UNSUPPORTED_SASL_MECHANISM: "not_authorised",
  ILLEGAL_SASL_STATE: "not_authorised",
  MESSAGE_TOO_LARGE: "too_large",
  RECORD_LIST_TOO_LARGE: "too_large",
  NOT_ENOUGH_REPLICAS: "read_only",
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: "read_only"
}

/** By the name of an error of the client's own. */
const ofConnections: ReadonlySet<string> = new Set([
  "KafkaJSConnectionError",
  "KafkaJSConnectionClosedError",
  "KafkaJSRequestTimeoutError",
  "KafkaJSLockTimeout",
  "KafkaJSBrokerNotFound",
  "KafkaJSMetadataNotLoaded",
  "KafkaJSTopicMetadataNotLoaded"
])

type Properties = {
  readonly name: string
  readonly type?: unknown
  readonly code?: unknown
  readonly retriable?: unknown
}

/** The client wraps what it gave up on, and the wrapper says nothing of it. */
const rootOf = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : error

const word = /^[A-Za-z][A-Za-z0-9_]{1,60}$/
const isWord = (text: unknown): text is string => typeof text === "string" && word.test(text)

/** What went wrong, told by kinds and codes alone: the text of an error may hold hosts and values. */
export const failureOf = (error: unknown): BrokerFailure => {
  const root = rootOf(error)
  if (root instanceof BrokerFailure) return root
  if (!(root instanceof Error)) return new BrokerFailure({ kind: "refused", code: "unknown" })
  // A plain error of the client's, of a broker that does not answer while it is asked for its versions.
  if (root.message === "Broker not connected") return new BrokerFailure({ kind: "unreachable", code: "not_connected" })
  const { name, type, code, retriable }: Properties = root
  const said = [type, code, name].find(isWord) ?? "unknown"
  return new BrokerFailure({ kind: kindOf(name, type, retriable), code: said })
}

const kindOf = (name: string, type: unknown, retriable: unknown): FailureKind => {
  if (typeof type === "string") return kinds[type] ?? (retriable === true ? "unreachable" : "refused")
  if (name === "KafkaJSSASLAuthenticationError") return "not_authorised"
  return ofConnections.has(name) ? "unreachable" : "refused"
}

/**
 * Whether a producer can be used after a failure: the client gave up on something that passes, or nothing of the batch was stored. After any
 * other error its sequence numbers may not be those of the broker any more, and it would refuse, or lose, whatever comes.
 */
export const isHarmless = (error: unknown): boolean => {
  const root = rootOf(error)
  if (root instanceof Error && "type" in root && root.type === "MESSAGE_TOO_LARGE") return true
  return root !== error && failureOf(error).kind !== "refused"
}
