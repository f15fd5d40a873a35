import { readFileSync } from "node:fs"
import { getCACertificates, setDefaultCACertificates } from "node:tls"
import { inspect } from "node:util"
import { Effect, Layer, ManagedRuntime, Option, Redacted, Result } from "effect"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest"
import { adviceOn } from "../../src/adapters/kafka/advice.ts"
import { kafkaBrokerLayer } from "../../src/adapters/kafka/kafka-broker.ts"
import type { KafkaOptions } from "../../src/adapters/kafka/kafka-options.ts"
import { type BrokerRecord, MessageBroker } from "../../src/application/ports/message-broker.ts"
import { eventually } from "../support/eventually.ts"
import { recordsOf } from "../support/kafka/adapter.ts"
import { lib, withoutOwnBroker } from "../support/kafka/kafka-of-run.ts"
import { readTopic } from "../support/kafka/read-topic.ts"
import { type SecureBroker, startSecureBroker, users } from "../support/kafka/secure-broker.ts"
import { metricsOf, untilKafkaIs } from "../support/kafka/standing.ts"
import { createTopic } from "../support/kafka/topic.ts"
import { recordedLog } from "../support/recorded-log.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const wholeWorld = getCACertificates("default")

describe.skipIf(withoutOwnBroker)("a broker with TLS, users and rights", () => {
  let broker: SecureBroker
  let topic: string
  beforeAll(async () => {
    broker = await startSecureBroker(lib, temporaryFolder())
    topic = await createTopic(broker.addresses, { partitions: 2 })
    for (const { name } of [users.plain, users.scram]) await broker.allow(name, topic, "WRITE", "DESCRIBE_CONFIGS")
    await broker.allow(users.writer.name, topic, "WRITE")
  })
  afterAll(() => broker?.close())
  /** As NODE_EXTRA_CA_CERTS does at a start. */
  beforeEach(() => setDefaultCACertificates([...wholeWorld, readFileSync(broker.authority, "utf8")]))
  afterEach(() => setDefaultCACertificates(wholeWorld))

  const sasl = (mechanism: "plain" | "scram-sha-256" | "scram-sha-512", user: { name: string; password: string }) => ({
    sasl: { mechanism, username: user.name, password: Redacted.make(user.password) }
  })
  const connect = (options: Partial<KafkaOptions>) => {
    const { lines, layer } = recordedLog()
    const all = { brokers: [broker.secure], topic, ssl: true, ...options }
    const runtime = ManagedRuntime.make(kafkaBrokerLayer(all).pipe(Layer.provide(layer)))
    onTestFinished(() => runtime.dispose())
    const use = <A, E>(work: (port: MessageBroker["Service"]) => Effect.Effect<A, E>) =>
      runtime.runPromise(Effect.result(MessageBroker.use(work)))
    const describe = () => use((port) => port.describe)
    const send = (records: ReadonlyArray<BrokerRecord>) => use((port) => port.send(0, records))
    return {
      lines,
      send: (name: string) => send(recordsOf(name, 3)),
      sendOut: async (name: string) => {
        const records = recordsOf(name, 3)
        await eventually("an acknowledgement", async () => Result.isSuccess(await send(records)))
      },
      untilDescribed: () =>
        eventually("the topic", async () => Option.getOrUndefined(Result.getSuccess(await describe()))),
      /** A machine that stands still may have others before. */
      untilRefusedWith: (code: string) =>
        eventually(`the failure ${code}`, async () => {
          const looked = await describe()
          return Result.isFailure(looked) && looked.failure.code === code && looked.failure
        })
    }
  }
  const stored = async (name: string) => (await readTopic(broker.addresses, topic)).filter(({ key }) => key === name)

  it.each([
    ["plain", users.plain],
    ["scram-sha-512", users.scram]
  ] as const)("takes records of a user by %s who may write, and see how it is configured", async (mechanism, user) => {
    const { sendOut, untilDescribed } = connect(sasl(mechanism, user))
    await sendOut(mechanism)
    expect(await stored(mechanism)).toHaveLength(3)
    expect(await untilDescribed()).toMatchObject({ cleanupPolicy: "delete", nextOffsets: [expect.any(Number), 0] })
  })

  it("takes records without a user where TLS is all it wants", async () => {
    const { sendOut, untilDescribed } = connect({ brokers: [broker.tls] })
    await sendOut("nobody")
    expect(await stored("nobody")).toHaveLength(3)
    expect(await untilDescribed()).toMatchObject({ cleanupPolicy: "delete" })
  })

  const wrong = { name: users.plain.name, password: "wrong-canary" }
  it.each<[string, () => Partial<KafkaOptions>, string]>([
    ["a wrong password", () => sasl("plain", wrong), "KafkaJSSASLAuthenticationError"],
    ["a wrong password by SCRAM", () => sasl("scram-sha-512", wrong), "KafkaJSSASLAuthenticationError"],
    ["a mechanism that it does not have", () => sasl("scram-sha-256", users.scram), "UNSUPPORTED_SASL_MECHANISM"],
    ["no user", () => ({}), "KafkaJSConnectionClosedError"],
    ["no TLS", () => ({ ...sasl("plain", users.plain), ssl: false }), "KafkaJSConnectionClosedError"],
    ["TLS where it has none", () => ({ brokers: broker.addresses }), "ECONNRESET"],
    [
      "a user where it wants none",
      () => ({ brokers: broker.addresses, ssl: false, ...sasl("plain", users.plain) }),
      "ILLEGAL_SASL_STATE"
    ],
    [
      "another name than its certificate has",
      () => ({ brokers: [broker.tls.replace("localhost", "127.0.0.1")] }),
      "ERR_TLS_CERT_ALTNAME_INVALID"
    ],
    ["a user who may write alone", () => sasl("plain", users.writer), "describe_configs_denied"],
    ["a user without rights", () => sasl("plain", users.idle), "TOPIC_AUTHORIZATION_FAILED"]
  ])("is refused for %s, with a code that says what to do and no secret in it", async (_, options, code) => {
    const { send, untilRefusedWith, lines } = connect(options())
    const looked = await untilRefusedWith(code)
    const sent = await send("refused")
    if (code !== "describe_configs_denied") expect(Result.isFailure(sent)).toBe(true)
    expect(adviceOn(code)).toBeDefined()
    expect(inspect([looked, sent, lines], { depth: 9 })).not.toContain("canary")
  })

  it("is published to by the service; with a wrong password commands go on, and no log says any", async () => {
    const { name, password } = users.scram
    const service = await startService({
      env: {
        KAFKA_BROKERS: broker.secure,
        KAFKA_TOPIC: topic,
        KAFKA_SSL: "true",
        KAFKA_SASL_MECHANISM: "scram-sha-512",
        KAFKA_SASL_USERNAME: name,
        KAFKA_SASL_PASSWORD: password,
        NODE_EXTRA_CA_CERTS: broker.authority,
        LOG_LEVEL: "debug"
      }
    })
    onTestFinished(() => service.close())
    const id = await service.api.register("by-tls")
    await eventually("its first message", async () => (await stored(id)).length > 0)
    await untilKafkaIs(service, "up")
    await service.kill("SIGTERM")
    await service.start({ KAFKA_SASL_PASSWORD: wrong.password })
    expect(await untilKafkaIs(service, "down", /AuthenticationError/)).toMatch(/^200 .*User name or password are wrong/)
    await service.api.register("meanwhile")
    expect(service.lines().filter(({ event }) => event === "publishing_down")).toMatchObject([{ level: "warn" }])
    await eventually("a lag", async () => ((await metricsOf(service)).value("certreg_kafka_lag_messages") ?? 0) > 0)
    expect(service.output()).not.toContain("canary")
  })

  it("has no topic made by a user who may not do it", async () => {
    const { name, password } = users.plain
    const made = await runNode("src/infrastructure/certreg.ts", ["kafka", "create-topic"], {
      KAFKA_BROKERS: broker.secure,
      KAFKA_TOPIC: "not-allowed",
      KAFKA_SSL: "true",
      KAFKA_SASL_MECHANISM: "plain",
      KAFKA_SASL_USERNAME: name,
      KAFKA_SASL_PASSWORD: password,
      NODE_EXTRA_CA_CERTS: broker.authority
    })
    expect(made).toEqual({
      code: 1,
      stdout: "",
      stderr: "The topic not-allowed was not made: this user may not do it (TOPIC_AUTHORIZATION_FAILED).\n"
    })
  })

  it("is not trusted without its authority", async () => {
    setDefaultCACertificates(wholeWorld)
    const { untilRefusedWith, send } = connect(sasl("plain", users.plain))
    await untilRefusedWith("DEPTH_ZERO_SELF_SIGNED_CERT")
    expect(Result.isFailure(await send("untrusting"))).toBe(true)
    expect(await stored("untrusting")).toEqual([])
  })
})
