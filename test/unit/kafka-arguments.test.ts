import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { readKafkaCommand } from "../../src/adapters/cli/kafka-arguments.ts"
import { usage } from "../../src/adapters/cli/usage.ts"
import { differences, shapeWords, type TopicShape, wishedShape } from "../../src/adapters/kafka/topic-shape.ts"
import { writeCursor } from "../../src/application/messages/feed-cursor.ts"
import { period } from "../../src/infrastructure/durations.ts"

const read = (...args: ReadonlyArray<string>) => readKafkaCommand(args, period.read)
const wishes = (...args: ReadonlyArray<string>) => {
  const command = Result.getOrThrow(read("create-topic", ...args))
  return command._tag === "CreateTopic" ? command.wishes : expect.fail(command._tag)
}
const refused = (...args: ReadonlyArray<string>) =>
  Result.match(read(...args), { onSuccess: () => expect.fail("accepted"), onFailure: (text) => text })
const days = 86_400_000

describe("certreg kafka create-topic", () => {
  it("means six partitions and thirty days, and the rest as the cluster has it", () => {
    expect(wishes()).toEqual({ partitions: 6, replication: undefined, minInsync: undefined, retention: 30 * days })
  })

  it("takes each of them", () => {
    const args = ["--partitions", "12", "--replication=3", "--min-insync", "2", "--retention", "12 hours"]
    expect(wishes(...args)).toEqual({ partitions: 12, replication: 3, minInsync: 2, retention: days / 2 })
    expect(wishes("--retention", "forever").retention).toBe("forever")
  })

  it.each([
    ["--partitions", "0", "--partitions takes a whole number from 1 to 1000."],
    ["--partitions", "1001", "--partitions takes a whole number from 1 to 1000."],
    ["--replication", "1.5", "--replication takes a whole number from 1 to 100."],
    ["--min-insync", "two", "--min-insync takes a whole number from 1 to 100."],
    [
      "--retention",
      "30",
      '--retention takes forever, or a duration from 1 millis to 3650 days, such as "30 days" or "12 hours".'
    ]
  ])("does not take %s %s", (flag, value, rule) => {
    expect(refused("create-topic", flag, value)).toBe(rule)
  })

  it("names all that is wrong", () => {
    expect(refused("create-topic", "--partitions", "x", "--retention", "x").split("\n")).toHaveLength(2)
  })
})

describe("certreg kafka republish and accept", () => {
  const cursor = writeCursor({ logId: "a", epoch: 1, position: 5 })
  it("are read", () => {
    expect(read("republish", "--from", "start")).toEqual(Result.succeed({ _tag: "Republish", from: "start" }))
    expect(read("republish", `--from=${cursor}`)).toEqual(Result.succeed({ _tag: "Republish", from: cursor }))
    expect(read("accept")).toEqual(Result.succeed({ _tag: "AcceptTopic" }))
  })

  it.each(["", "beginning", "Start", "5", `${cursor}x`])("do not take %j for a cursor", (from) => {
    expect(refused("republish", "--from", from)).toMatch(/^--from takes start, or a cursor/)
  })
})

it.each([
  [],
  ["topic"],
  ["create-topic", "more"],
  ["create-topic", "--from", "start"],
  ["create-topic", "--force"],
  ["republish"],
  ["republish", "--from"],
  ["republish", "--from", "start", "--partitions", "3"],
  ["accept", "now"],
  ["accept", "--from", "start"]
])("anything else shows the usage: certreg kafka %s %s", (...args) => {
  expect(refused(...args.filter((arg) => arg !== undefined))).toBe(usage)
})

describe("a topic", () => {
  it.each([
    [1, { replication: 1, minInsync: 1 }],
    [2, { replication: 2, minInsync: 1 }],
    [3, { replication: 3, minInsync: 2 }],
    [7, { replication: 3, minInsync: 2 }]
  ])("is as safe as %i brokers can make it, up to three copies", (brokers, safety) => {
    expect(wishedShape(wishes(), brokers)).toMatchObject({ ...safety, policy: "delete", retention: 30 * days })
  })

  it("is as it is wished, whatever the cluster", () => {
    const args = ["--replication", "4", "--min-insync", "3", "--retention", "forever"]
    expect(wishedShape(wishes(...args), 9)).toMatchObject({ replication: 4, minInsync: 3, retention: -1 })
    expect(wishedShape(wishes("--replication", "2"), 9)).toMatchObject({ replication: 2, minInsync: 1 })
  })

  const shape: TopicShape = { partitions: 6, replication: 3, policy: "delete", retention: 30 * days, minInsync: 2 }
  it.each([
    [days, "1 day"],
    [36 * 3_600_000, "36 hours"],
    [90_000, "90 seconds"],
    [1, "1 millis"],
    [-1, "forever"]
  ])("that keeps for %i milliseconds is said to keep %s", (retention, words) => {
    expect(shapeWords({ ...shape, retention })).toBe(
      `partitions 6, replication 3, cleanup.policy delete, retention ${words}, min.insync.replicas 2`
    )
  })

  it("differs by what is known of it", () => {
    expect(differences(shape, shape)).toEqual([])
    expect(differences({ ...shape, policy: "compact", retention: 7 * days }, shape)).toEqual([
      "cleanup.policy compact instead of delete",
      "retention 7 days instead of 30 days"
    ])
    expect(differences({ partitions: 1, replication: 3 }, shape)).toEqual(["partitions 1 instead of 6"])
  })
})
