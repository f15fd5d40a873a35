import type { Redacted } from "effect"

export type KafkaOptions = {
  /** `host:port` of some of the brokers; they name the others. */
  readonly brokers: ReadonlyArray<string>
  readonly topic: string
  readonly ssl: boolean
  readonly sasl?: {
    readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512"
    readonly username: string
    readonly password: Redacted.Redacted<string>
  }
}
