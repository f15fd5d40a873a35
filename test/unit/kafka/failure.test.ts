import { expect, it } from "vitest"
import { failureOf, isHarmless } from "../../../src/adapters/kafka/failure.ts"
import { BrokerFailure } from "../../../src/application/ports/message-broker.ts"

type Properties = { readonly type?: string; readonly code?: string | number; readonly retriable?: boolean }

/** An error as KafkaJS makes them; the message holds what may be told to nobody. */
const kafkaJs = (name: string, properties: Properties = {}, cause?: Error) =>
  Object.assign(new Error("Connection error: broker-7.internal:9092, user-42", { cause }), { name, ...properties })
const protocol = (type: string, retriable = false) => kafkaJs("KafkaJSProtocolError", { type, code: 10, retriable })
const gaveUp = (cause: Error) => kafkaJs("KafkaJSNumberOfRetriesExceeded", { retriable: false }, cause)
const notRetried = (cause: Error) => kafkaJs("KafkaJSNonRetriableError", { retriable: false }, cause)

/** Whether the producer may be used on. */
const kept = true
const cases: ReadonlyArray<readonly [Error, string, string, boolean?]> = [
  [notRetried(kafkaJs("KafkaJSConnectionError", { code: "ECONNREFUSED" })), "unreachable", "ECONNREFUSED", kept],
  [gaveUp(kafkaJs("KafkaJSConnectionClosedError")), "unreachable", "KafkaJSConnectionClosedError", kept],
  [gaveUp(kafkaJs("KafkaJSRequestTimeoutError")), "unreachable", "KafkaJSRequestTimeoutError", kept],
  [gaveUp(protocol("NOT_LEADER_FOR_PARTITION", true)), "unreachable", "NOT_LEADER_FOR_PARTITION", kept],
  [gaveUp(protocol("UNKNOWN_TOPIC_OR_PARTITION", true)), "topic_missing", "UNKNOWN_TOPIC_OR_PARTITION", kept],
  [gaveUp(protocol("NOT_ENOUGH_REPLICAS", true)), "read_only", "NOT_ENOUGH_REPLICAS", kept],
  [
    notRetried(notRetried(gaveUp(protocol("NOT_ENOUGH_REPLICAS_AFTER_APPEND", true)))),
    "read_only",
    "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
    kept
  ],
  [protocol("MESSAGE_TOO_LARGE"), "too_large", "MESSAGE_TOO_LARGE", kept],
  [protocol("RECORD_LIST_TOO_LARGE"), "too_large", "RECORD_LIST_TOO_LARGE"],
  [protocol("OUT_OF_ORDER_SEQUENCE_NUMBER"), "refused", "OUT_OF_ORDER_SEQUENCE_NUMBER"],
  [protocol("UNKNOWN_PRODUCER_ID"), "refused", "UNKNOWN_PRODUCER_ID"],
  [protocol("TOPIC_AUTHORIZATION_FAILED"), "not_authorised", "TOPIC_AUTHORIZATION_FAILED"],
  [kafkaJs("KafkaJSSASLAuthenticationError"), "not_authorised", "KafkaJSSASLAuthenticationError"],
  [
    gaveUp(kafkaJs("KafkaJSConnectionError", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" })),
    "unreachable",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    kept
  ],
  [gaveUp(new Error("Broker not connected")), "unreachable", "not_connected", kept],
  [notRetried(new TypeError("x of user-42 is not a function")), "refused", "TypeError"],
  [new BrokerFailure({ kind: "unreachable", code: "no_answer" }), "unreachable", "no_answer"]
]

it.each(cases)("%s is told by kind and code, and spares the producer or not", (error, kind, code, isKept = false) => {
  expect({ ...failureOf(error) }).toMatchObject({ kind, code })
  expect(isHarmless(error)).toBe(isKept)
})

it("says nothing of what an error holds", () => {
  for (const [error] of cases)
    expect(`${failureOf(error).message}${failureOf(error).code}`).not.toMatch(/user-42|internal/)
  expect(failureOf("user-42")).toMatchObject({ kind: "refused", code: "unknown" })
})
