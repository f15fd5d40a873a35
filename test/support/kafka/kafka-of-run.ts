import { inject } from "vitest"

/** What this run has of Apache Kafka; a file of tests says what it does not run. */
export const kafkaOfRun = inject("kafka")

/** For tests that need any broker. */
export const withoutBroker = kafkaOfRun.broker === undefined
/** For tests that start brokers of their own, and do to them what nobody may do to one that is shared. */
export const withoutOwnBroker = kafkaOfRun.lib === undefined

export const lib = kafkaOfRun.lib ?? ""
export const brokersOfRun = kafkaOfRun.broker?.brokers ?? []
