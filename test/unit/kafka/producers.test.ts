import type { Kafka, Producer, RecordMetadata } from "kafkajs"
import { expect, it, onTestFinished, vi } from "vitest"
import { Producers } from "../../../src/adapters/kafka/producers.ts"
import type { BrokerRecord } from "../../../src/application/ports/message-broker.ts"

type Send = (partition: number) => Promise<ReadonlyArray<Partial<RecordMetadata>>>
type Script = {
  readonly connect?: () => Promise<void>
  readonly send?: Send
  readonly disconnect?: () => Promise<void>
}

const stored: Send = async (partition) => [{ topicName: "t", partition, errorCode: 0, baseOffset: "7" }]

/** Clients whose producers do, one after the other, what the scripts say; answers what was called. */
const clientsThat = (...scripts: ReadonlyArray<Script>) => {
  const calls: Array<string> = []
  let made = 0
  const makeClient = () => {
    const number = ++made
    const { connect = async () => {}, send = stored, disconnect = async () => {} } = scripts[number - 1] ?? {}
    const producer: Partial<Producer> = {
      connect,
      send: async ({ messages }) => {
        calls.push(`${number} sends`)
        return (await send(messages[0]?.partition ?? -1)) as RecordMetadata[]
      },
      disconnect: () => {
        calls.push(`${number} ends`)
        return disconnect()
      }
    }
    return { producer: () => producer } as unknown as Kafka
  }
  return { calls, producers: new Producers(makeClient, "t") }
}

const batch = (): ReadonlyArray<BrokerRecord> => [{ key: "k", value: Buffer.from("v"), headers: {} }]

it("answers the offset, and stays with a producer that works", async () => {
  const { producers, calls } = clientsThat()
  expect(await producers.send(0, batch())).toBe(7)
  expect(await producers.send(1, batch())).toBe(7)
  expect(calls).toStrictEqual(["1 sends", "1 sends"])
})

it("never sends through a producer that did not connect", async () => {
  const refused = Object.assign(new Error("no"), { name: "KafkaJSConnectionError", code: "ECONNREFUSED" })
  const { producers, calls } = clientsThat({ connect: () => Promise.reject(refused) })
  await expect(producers.send(0, batch())).rejects.toMatchObject({ kind: "unreachable", code: "ECONNREFUSED" })
  expect(await producers.send(0, batch())).toBe(7)
  expect(calls).toContain("2 sends")
  expect(calls).not.toContain("1 sends")
})

const odd: ReadonlyArray<ReadonlyArray<Partial<RecordMetadata>>> = [
  [],
  [{ topicName: "t", partition: 1, errorCode: 0, baseOffset: "7" }],
  [{ topicName: "other", partition: 0, errorCode: 0, baseOffset: "7" }],
  [{ topicName: "t", partition: 0, errorCode: 3, baseOffset: "7" }],
  [{ topicName: "t", partition: 0, errorCode: 0, baseOffset: "-1" }],
  [{ topicName: "t", partition: 0, errorCode: 0 }],
  [
    { topicName: "t", partition: 0, errorCode: 0, baseOffset: "7" },
    { topicName: "t", partition: 1, errorCode: 0, baseOffset: "7" }
  ]
]
it.each(odd)("takes no answer for another's, and leaves who gave it: %j", async (...answer) => {
  const { producers, calls } = clientsThat({ send: async () => answer })
  const records = batch()
  await expect(producers.send(0, records)).rejects.toMatchObject({ kind: "refused", code: "odd_answer" })
  await producers.send(0, records)
  expect(calls.filter((call) => call.endsWith("sends"))).toStrictEqual(["1 sends", "2 sends"])
})

it("sends through another producer what comes while its partition has something under way", async () => {
  let answer = () => {}
  const { producers, calls } = clientsThat({
    send: async (partition) => {
      await new Promise<void>((resolve) => {
        answer = resolve
      })
      return stored(partition)
    }
  })
  const first = producers.send(0, batch())
  await new Promise(setImmediate)
  expect(await producers.send(0, batch())).toBe(7)
  expect(calls).toStrictEqual(["1 sends", "2 sends"])
  answer()
  expect(await first).toBe(7)
  await producers.close()
  expect(new Set(calls)).toStrictEqual(new Set(["1 sends", "2 sends", "1 ends", "2 ends"]))
})

it("ends though a producer does not", async () => {
  const { producers } = clientsThat({ disconnect: () => new Promise(() => {}) })
  await producers.send(0, batch())
  await producers.close()
  await expect(producers.send(0, batch())).rejects.toMatchObject({ code: "closing" })
})

it("ends a producer that never connects, once another takes its place", async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { producers, calls } = clientsThat({ connect: () => new Promise(() => {}) })
  const sent = expect(producers.send(0, batch())).rejects.toMatchObject({ code: "no_answer" })
  await vi.advanceTimersByTimeAsync(120_000)
  await sent
  expect(await producers.send(0, batch())).toBe(7)
  expect(calls).toStrictEqual(["1 ends", "2 sends"])
})
