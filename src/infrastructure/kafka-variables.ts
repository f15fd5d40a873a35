import { isIP } from "node:net"
import { Result } from "effect"
import type { KafkaOptions } from "../adapters/kafka/kafka-options.ts"
import { hostName, oneOf, secret } from "./kinds.ts"
import { all, checked, type Kind, optional, problemsOf, type Reader, withDefault } from "./reader.ts"
import type { Variables } from "./variables.ts"

const mostBrokers = 48

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536

/** Of `host:port`, whose host is in brackets where it is an IPv6 address. */
const isAddress = (text: string): boolean => {
  const [, inBrackets, plain = "", port = ""] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d+)$/.exec(text) ?? []
  const isHost = inBrackets === undefined ? hostName.test(plain) : isIP(inBrackets) === 6
  return isHost && isPort(port)
}

const brokers: Kind<ReadonlyArray<string>> = {
  takes: `1 to ${mostBrokers} addresses as host:port, comma-separated, such as kafka-1.example:9092 or [::1]:9092`,
  read: (text) => {
    const addresses = text.split(",").map((address) => address.trim())
    return addresses.length <= mostBrokers && addresses.every(isAddress) ? Object.freeze(addresses) : undefined
  }
}

/** As Kafka itself takes it. */
const topic: Kind<string> = {
  takes: "1 to 249 of the characters A-Z a-z 0-9 . _ - (not . or .. alone)",
  read: (text) => (/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/.test(text) ? text : undefined)
}

const ssl = oneOf("true", "false")

/** Some services want whole connection strings as passwords. */
const credential: Kind<string> = {
  takes: "1 to 1024 characters, none of them a control character",
  read: (text) => (/^\P{Cc}{1,1024}$/u.test(text) ? text : undefined)
}

const ofBrokers = all({
  topic: withDefault("KAFKA_TOPIC", topic, "certificate-registrations.v1"),
  ssl: withDefault("KAFKA_SSL", ssl, "false"),
  mechanism: optional("KAFKA_SASL_MECHANISM", oneOf("plain", "scram-sha-256", "scram-sha-512")),
  username: optional("KAFKA_SASL_USERNAME", credential),
  password: optional("KAFKA_SASL_PASSWORD", secret(credential))
})

const credentialNames = ["KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"]
const otherNames = ["KAFKA_TOPIC", "KAFKA_SSL", "KAFKA_SASL_MECHANISM", ...credentialNames]

const alone = (names: ReadonlyArray<string>, variables: Variables, other: string) =>
  names
    .filter((name) => variables[name] !== undefined)
    .map((variable) => ({ variable, rule: `is taken with ${other} alone` }))
const missing = (variables: Variables) =>
  credentialNames
    .filter((name) => variables[name] === undefined)
    .map((variable) => ({ variable, rule: "is missing; KAFKA_SASL_MECHANISM is not taken without it" }))

const optionsWith =
  (addresses: ReadonlyArray<string>): Reader<KafkaOptions> =>
  (variables) => {
    const hasMechanism = variables["KAFKA_SASL_MECHANISM"] !== undefined
    const odd = hasMechanism ? missing(variables) : alone(credentialNames, variables, "KAFKA_SASL_MECHANISM")
    return Result.map(checked(ofBrokers, () => odd)(variables), ({ topic, ssl, mechanism, username, password }) => {
      const options = { brokers: addresses, topic, ssl: ssl === "true" }
      if (mechanism === undefined || username === undefined || password === undefined) return Object.freeze(options)
      return Object.freeze({ ...options, sasl: Object.freeze({ mechanism, username, password }) })
    })
  }

/** `KAFKA_BROKERS` and what is taken with it; undefined: nothing goes to Kafka. */
export const kafka: Reader<KafkaOptions | undefined> = (variables) => {
  const addresses = optional("KAFKA_BROKERS", brokers)(variables)
  if (Result.isFailure(addresses)) return Result.fail([...addresses.failure, ...problemsOf(ofBrokers(variables))])
  if (addresses.success !== undefined) return optionsWith(addresses.success)(variables)
  const unwanted = alone(otherNames, variables, "KAFKA_BROKERS")
  return unwanted.length > 0 ? Result.fail(unwanted) : Result.succeed(undefined)
}
