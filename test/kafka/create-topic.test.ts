import { describe, expect, it } from "vitest"
import { asAdmin } from "../support/kafka/client.ts"
import { brokersOfRun, withoutBroker } from "../support/kafka/kafka-of-run.ts"
import { createTopic, newTopicName } from "../support/kafka/topic.ts"
import { runNode } from "../support/run-node.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const folder = temporaryFolder()
const certreg = (topic: string, args: ReadonlyArray<string> = [], brokers = brokersOfRun.join()) =>
  runNode(
    "src/infrastructure/certreg.ts",
    ["kafka", "create-topic", ...args],
    { KAFKA_BROKERS: brokers, KAFKA_TOPIC: topic },
    folder
  )

/** As the broker tells it. */
const topicOf = (name: string) =>
  asAdmin(brokersOfRun, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [name] })
    const configNames = ["cleanup.policy", "retention.ms", "min.insync.replicas"]
    const { resources } = await admin.describeConfigs({
      resources: [{ type: 2, name, configNames }],
      includeSynonyms: false
    })
    const config = Object.fromEntries(
      (resources[0]?.configEntries ?? []).map(({ configName, configValue }) => [configName, configValue])
    )
    return {
      partitions: topics[0]?.partitions.length,
      replicas: topics[0]?.partitions[0]?.replicas.length,
      ...config
    }
  })
const topicNames = () => asAdmin(brokersOfRun, (admin) => admin.listTopics())
const brokerCount = () => asAdmin(brokersOfRun, async (admin) => (await admin.describeCluster()).brokers.length)

describe.skipIf(withoutBroker)("certreg kafka create-topic", () => {
  it("makes a topic that deletes nothing before thirty days, as safe as the cluster can make it", async () => {
    const topic = newTopicName()
    const [{ code, stdout, stderr }, brokers] = [await certreg(topic), await brokerCount()]
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    const replicas = Math.min(3, brokers)
    const inSync = replicas === 3 ? 2 : 1
    expect(stdout.split("\n")[0]).toBe(
      `Made ${topic}: partitions 6, replication ${replicas}, cleanup.policy delete, retention 30 days, min.insync.replicas ${inSync}.`
    )
    expect(stdout.includes("three copies are made")).toBe(brokers < 3)
    expect(await topicOf(topic)).toEqual({
      partitions: 6,
      replicas,
      "cleanup.policy": "delete",
      "retention.ms": String(30 * 86_400_000),
      "min.insync.replicas": String(inSync)
    })
  })

  it("makes one as it is told, also with more partitions than the client can wait for", async () => {
    const topic = newTopicName()
    const { code, stdout } = await certreg(topic, [
      "--partitions",
      "50",
      "--replication",
      "1",
      "--retention",
      "forever"
    ])
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("retention forever") })
    expect(await topicOf(topic)).toMatchObject({ partitions: 50, replicas: 1, "retention.ms": "-1" })
  })

  it("changes nothing of one that is there, and says how it differs", async () => {
    const topic = await createTopic(brokersOfRun, { partitions: 2, config: { "cleanup.policy": "compact" } })
    const before = await topicOf(topic)
    const same = ["--replication", "1", "--min-insync", "1", "--retention", "forever"]
    const { code, stdout, stderr } = await certreg(topic, same)
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).toBe(
      `There is a topic ${topic} already: nothing was changed. It has partitions 2 instead of 6, cleanup.policy compact instead of delete.\n`
    )
    expect(await topicOf(topic)).toEqual(before)
    const alike = await createTopic(brokersOfRun, { partitions: 6 })
    expect(await certreg(alike, same)).toEqual({
      code: 2,
      stdout: "",
      stderr: `There is a topic ${alike} already: nothing was changed. It is as it would be made.\n`
    })
  })

  it("makes nothing that could not take a message", async () => {
    const topic = newTopicName()
    const many = await certreg(topic, ["--replication", "99"])
    expect(many).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/^Nothing was made: 99 copies need/)
    })
    const strict = await certreg(topic, ["--replication", "1", "--min-insync", "2"])
    expect(strict).toMatchObject({
      code: 2,
      stdout: "",
      stderr: "Nothing was made: 2 of 1 copies in sync would never be reached.\n"
    })
    expect(await topicNames()).not.toContain(topic)
  })

  it("finds the broker that answers among those that do not", async () => {
    const topic = newTopicName()
    const gone = ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"]
    expect((await certreg(topic, [], [...gone, ...brokersOfRun].join())).code).toBe(0)
    expect(await topicNames()).toContain(topic)
  })
})

describe("certreg kafka create-topic without a broker", () => {
  it("fails, and says that none answers", async () => {
    expect(await certreg("t", [], "127.0.0.1:1,127.0.0.1:2")).toEqual({
      code: 1,
      stdout: "",
      stderr: "The topic t was not made: no broker answers as expected (ECONNREFUSED).\n"
    })
  })

  it("is refused without brokers in the configuration, and with wrong ones", async () => {
    const run = (env: Readonly<Record<string, string>>) =>
      runNode("src/infrastructure/certreg.ts", ["kafka", "create-topic"], env, folder)
    expect(await run({})).toMatchObject({ code: 2, stderr: "KAFKA_BROKERS is missing: nothing goes to Kafka.\n" })
    const wrong = await run({ KAFKA_BROKERS: "canary", KAFKA_SSL: "canary" })
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/KAFKA_BROKERS takes .*\n {2}KAFKA_SSL takes/)
    })
    expect(wrong.stderr).not.toContain("canary")
  })
})
