import { inspect } from "node:util"
import { Redacted, Result } from "effect"
import { describe, expect, it } from "vitest"
import { readConfig } from "../../src/infrastructure/config.ts"
import { kafka } from "../../src/infrastructure/kafka-variables.ts"
import { startWarnings } from "../../src/infrastructure/start-warnings.ts"
import { signingKeyFile } from "../support/signing-keys.ts"
import { startableEnv } from "../support/startable-env.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

type Given = Readonly<Record<string, string>>
const brokers = { KAFKA_BROKERS: "kafka.example:9092" }
const user = { KAFKA_SASL_USERNAME: "certreg", KAFKA_SASL_PASSWORD: "canary" }

const optionsOf = (variables: Given) =>
  Result.match(kafka(variables), {
    onFailure: (problems) => expect.fail(JSON.stringify(problems)),
    onSuccess: (options) => options
  })
const problemsOf = (variables: Given) =>
  Result.match(kafka(variables), {
    onFailure: (problems) => problems.map(({ variable, rule }) => `${variable} ${rule}`),
    onSuccess: () => expect.fail("accepted")
  })

describe("KAFKA_BROKERS", () => {
  it("is none, and nothing goes to Kafka", () => {
    expect(optionsOf({})).toBeUndefined()
  })

  it("alone means the topic of the contract, without TLS and without a password", () => {
    expect(optionsOf(brokers)).toEqual({
      brokers: ["kafka.example:9092"],
      topic: "certificate-registrations.v1",
      ssl: false
    })
  })

  it.each([
    ["localhost:9092", ["localhost:9092"]],
    ["127.0.0.1:1,kafka_2:65535", ["127.0.0.1:1", "kafka_2:65535"]],
    [" a.example:9092 , b.example:9093 ", ["a.example:9092", "b.example:9093"]],
    ["[::1]:9092,[2001:db8::7]:9093", ["[::1]:9092", "[2001:db8::7]:9093"]]
  ])("takes %j", (text, addresses) => {
    expect(optionsOf({ KAFKA_BROKERS: text })?.brokers).toEqual(addresses)
  })

  it("takes 48 of them, and no more", () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => `kafka-${i}:9092`).join(",")
    expect(optionsOf({ KAFKA_BROKERS: many(48) })?.brokers).toHaveLength(48)
    expect(problemsOf({ KAFKA_BROKERS: many(49) })).toHaveLength(1)
  })

  it.each([
    ...["canary", "canary:", "canary:0", "canary:65536", "canary:9092,", ",canary:9092", "canary:9092;other:9092"],
    ...[
      "kafka://canary:9092",
      "user:canary@host:9092",
      "can ary:9092",
      "::1:9092",
      "[canary]:9092",
      "[127.0.0.1]:9092"
    ],
    ...["[::1]", ":9092", "canary:9092/", "canary:+9092"]
  ])("does not take %j, and repeats nothing of it", (text) => {
    const [problem, ...others] = problemsOf({ KAFKA_BROKERS: text })
    expect(problem).toMatch(/^KAFKA_BROKERS takes 1 to 48 addresses as host:port/)
    expect(problem).not.toContain("canary")
    expect(others).toEqual([])
  })
})

describe("what is taken with the brokers", () => {
  it.each(["registrations", "certificate-registrations.v2", "A_b.c-9", "...", "t".repeat(249)])(
    "is a topic such as %s",
    (topic) => {
      expect(optionsOf({ ...brokers, KAFKA_TOPIC: topic })?.topic).toBe(topic)
    }
  )

  it.each([".", "..", "two words", "a/b", "größe", "t".repeat(250)])("is no topic such as %j", (topic) => {
    expect(problemsOf({ ...brokers, KAFKA_TOPIC: topic })).toEqual([
      "KAFKA_TOPIC takes 1 to 249 of the characters A-Z a-z 0-9 . _ - (not . or .. alone)"
    ])
  })

  it("is TLS, in one spelling", () => {
    expect(optionsOf({ ...brokers, KAFKA_SSL: "true" })?.ssl).toBe(true)
    expect(optionsOf({ ...brokers, KAFKA_SSL: "false" })?.ssl).toBe(false)
    expect(problemsOf({ ...brokers, KAFKA_SSL: "yes" })).toEqual(["KAFKA_SSL takes true or false"])
  })

  it.each(["plain", "scram-sha-256", "scram-sha-512"])("is a user by %s, whose password cannot be printed", (word) => {
    const options = optionsOf({ ...brokers, ...user, KAFKA_SASL_MECHANISM: word })
    expect(options?.sasl).toMatchObject({ mechanism: word, username: "certreg" })
    expect(options?.sasl && Redacted.value(options.sasl.password)).toBe("canary")
    expect(inspect(options, { depth: 9 }) + JSON.stringify(options)).not.toContain("canary")
  })

  it("is a password with spaces and signs, as long as a connection string", () => {
    const password = "Endpoint=sb://example.test/;SharedAccessKey=ab/c+d==; übrig".padEnd(1024, "x")
    const { sasl } =
      optionsOf({ ...brokers, ...user, KAFKA_SASL_MECHANISM: "plain", KAFKA_SASL_PASSWORD: password }) ?? {}
    expect(sasl && Redacted.value(sasl.password)).toBe(password)
  })
})

describe("a combination that is none", () => {
  it.each(["KAFKA_TOPIC", "KAFKA_SSL", "KAFKA_SASL_MECHANISM", "KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"])(
    "is %s without brokers",
    (name) => {
      expect(problemsOf({ [name]: "canary" })).toEqual([`${name} is taken with KAFKA_BROKERS alone`])
    }
  )

  it.each(Object.entries(user))("is %s without a mechanism", (name, value) => {
    expect(problemsOf({ ...brokers, [name]: value })).toEqual([`${name} is taken with KAFKA_SASL_MECHANISM alone`])
  })

  it("is a mechanism without user or password", () => {
    const { KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } = user
    const missing = (name: string) => `${name} is missing; KAFKA_SASL_MECHANISM is not taken without it`
    const given = { ...brokers, KAFKA_SASL_MECHANISM: "plain" }
    expect(problemsOf({ ...given, KAFKA_SASL_USERNAME })).toEqual([missing("KAFKA_SASL_PASSWORD")])
    expect(problemsOf({ ...given, KAFKA_SASL_PASSWORD })).toEqual([missing("KAFKA_SASL_USERNAME")])
    expect(problemsOf(given)).toEqual([missing("KAFKA_SASL_USERNAME"), missing("KAFKA_SASL_PASSWORD")])
  })

  it("is told together with all else that is wrong", () => {
    const wrong = { KAFKA_SSL: "canary", KAFKA_SASL_MECHANISM: "canary", KAFKA_SASL_USERNAME: "can\u0001ary" }
    const named = (variables: Given) => problemsOf(variables).map((problem) => problem.split(" ")[0])
    const withoutPassword = ["KAFKA_SSL", "KAFKA_SASL_MECHANISM", "KAFKA_SASL_USERNAME"]
    expect(named({ ...wrong, KAFKA_BROKERS: "canary" })).toEqual(["KAFKA_BROKERS", ...withoutPassword])
    expect(named({ ...wrong, ...brokers })).toEqual([...withoutPassword, "KAFKA_SASL_PASSWORD"])
    expect(problemsOf({ ...wrong, ...brokers }).join()).not.toContain("ary")
  })
})

describe("the whole configuration", () => {
  const configOf = (variables: Given) => {
    const environment: Record<string, string | undefined> = { ...startableEnv, ...brokers, ...user, ...variables }
    return { environment, config: Result.getOrThrow(readConfig(environment, temporaryFolder())) }
  }
  const warned = (variables: Given) => startWarnings(configOf(variables).config).map(({ event }) => event)
  const inClear = { NODE_ENV: "production", SIGNING_KEY_FILE: signingKeyFile(1), KAFKA_SASL_MECHANISM: "plain" }

  it("has it, and takes the password out of the environment", () => {
    const { environment, config } = configOf({ KAFKA_SASL_MECHANISM: "scram-sha-512" })
    expect(config.kafka).toMatchObject({ topic: "certificate-registrations.v1", sasl: { username: "certreg" } })
    expect(environment).not.toHaveProperty("KAFKA_SASL_PASSWORD")
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain("canary")
  })

  it("warns of a password that goes over the network as it is, in production", () => {
    expect(warned(inClear)).toContain("kafka_password_in_clear")
    for (const other of [{ NODE_ENV: "" }, { KAFKA_SSL: "true" }, { KAFKA_SASL_MECHANISM: "scram-sha-256" }])
      expect(warned({ ...inClear, ...other })).not.toContain("kafka_password_in_clear")
  })
})
