import { Result } from "effect"
import { afterAll, describe, expect, it } from "vitest"
import { adapterOn, recordsOf } from "../support/kafka/adapter.ts"
import { lib, withoutOwnBroker } from "../support/kafka/kafka-of-run.ts"
import { startProxiedBroker } from "../support/kafka/proxied-broker.ts"
import type { Fate } from "../support/kafka/proxy.ts"
import { readTopic } from "../support/kafka/read-topic.ts"
import { createTopic } from "../support/kafka/topic.ts"

/** As often as the client tries within one send. */
const tries = 2

describe.skipIf(withoutOwnBroker)("what is sent to a broker whose answers get lost", async () => {
  if (withoutOwnBroker) return
  const { broker, proxy, close } = await startProxiedBroker(lib)
  afterAll(close)

  const given = async () => {
    const topic = await createTopic(broker.addresses, { partitions: 6 })
    const adapter = adapterOn([broker.proxied], topic)
    const requests = () => proxy.produced().filter(({ partitions }) => partitions.some((one) => one.topic === topic))
    return {
      ...adapter,
      requests,
      producers: () => new Set(requests().flatMap(({ partitions }) => partitions.map((one) => one.producerId))).size,
      /** The next so many answers that are about this topic. */
      lose: (count: number, fate: Fate) => {
        let left = count
        proxy.onProduceAnswer(({ partitions }) =>
          partitions.some((one) => one.topic === topic) && left-- > 0 ? fate : "pass"
        )
      },
      /** What is in a partition, to the order. */
      stored: async (partition = 0) =>
        (await readTopic(broker.addresses, topic)).filter((one) => one.partition === partition).map((one) => one.value)
    }
  }
  const values = (name: string, count: number) => recordsOf(name, count).map(({ value }) => value.toString())

  it("goes out in requests of one partition each, all at the same time", async () => {
    const { send, requests, stored } = await given()
    const sent = [0, 1, 2, 3, 4, 5]
    const results = await Promise.all(sent.map((partition) => send(partition, recordsOf(`p${partition}`, 20))))
    expect(results).toEqual(sent.map(() => Result.succeed(0)))
    expect(requests().map(({ partitions }) => partitions.length)).toEqual(sent.map(() => 1))
    expect(proxy.mostAtOnce()).toBe(1)
    for (const partition of sent) expect(await stored(partition)).toEqual(values(`p${partition}`, 20))
  })

  it("is stored once, when it is the same again that comes first", async () => {
    const { send, sendOut, lose, stored, producers } = await given()
    const first = recordsOf("first", 10)
    lose(tries, "cut")
    expect(await send(0, first)).toMatchObject({ failure: { kind: "unreachable" } })
    await sendOut(0, first)
    await sendOut(0, recordsOf("second", 10))
    expect(await stored()).toEqual([...values("first", 10), ...values("second", 10)])
    expect(producers()).toBe(1)
  })

  it("is stored, when another batch of the same size comes first", async () => {
    const { send, sendOut, lose, stored } = await given()
    lose(tries, "cut")
    expect(await send(0, recordsOf("first", 10))).toMatchObject({ failure: { kind: "unreachable" } })
    await sendOut(0, recordsOf("second", 10))
    expect(await stored()).toEqual([...values("first", 10), ...values("second", 10)])
  })

  it("is stored, when two batches for one partition come at the same time", async () => {
    const { sendOut, lose, stored } = await given()
    lose(1, "cut")
    await Promise.all([sendOut(0, recordsOf("one", 10)), sendOut(0, recordsOf("two", 10))])
    const there = new Set(await stored())
    expect([...there].toSorted()).toEqual([...values("one", 10), ...values("two", 10)].toSorted())
  })

  it("goes out through a new producer after sequence numbers that the broker does not accept", async () => {
    const { send, sendOut, lose, stored, producers } = await given()
    const changed = [...recordsOf("first", 10)]
    lose(tries, "cut")
    await send(0, changed)
    // Against the rule that the same comes again: its number was used for another size.
    changed.push(...recordsOf("more", 1))
    expect(await send(0, changed)).toMatchObject({ failure: { kind: "refused", code: "OUT_OF_ORDER_SEQUENCE_NUMBER" } })
    // The producer that had it would be told so for ever.
    expect(await sendOut(0, changed)).toEqual([])
    expect(await stored()).toEqual([...values("first", 10), ...values("first", 10), ...values("more", 1)])
    expect(producers()).toBe(2)
  })

  it("is not taken for stored, when the answer says nothing of its partition", async () => {
    const { send, sendOut, lose, stored } = await given()
    const records = recordsOf("first", 10)
    lose(1, "empty")
    expect(await send(0, records)).toMatchObject({ failure: { kind: "refused", code: "odd_answer" } })
    expect(await sendOut(0, records)).toEqual([])
    // By a new producer, for which it is the first batch: twice, and told apart by its ids.
    expect(await stored()).toEqual([...values("first", 10), ...values("first", 10)])
  })
})
