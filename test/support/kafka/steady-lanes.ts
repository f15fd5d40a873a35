import { setTimeout as sleep } from "node:timers/promises"
import { expect } from "vitest"
import { eventually } from "../eventually.ts"
import { type adapterOn, recordsOf } from "./adapter.ts"
import type { TopicRecord } from "./read-topic.ts"

const batchSize = 5

/** One batch after the other to every partition, all partitions at the same time, and each one repeated until it is acknowledged. */
export const startLanes = ({ sendOut }: ReturnType<typeof adapterOn>, partitions: number) => {
  const batchOf = (partition: number, n: number) => recordsOf(`${partition}/${n}`, batchSize)
  const sent = Array.from({ length: partitions }, () => 0)
  let isOver = false
  let repeated = 0
  const lane = async (partition: number) => {
    for (let n = 0; !isOver; n++) {
      repeated += (await sendOut(partition, batchOf(partition, n))).length
      sent[partition] = n + 1
      await sleep(2)
    }
  }
  const running = Promise.all(sent.map((_, partition) => lane(partition)))
  running.catch(() => {})
  const total = () => sent.reduce((sum, n) => sum + n, 0)
  return {
    more: async (batches: number) => {
      const target = total() + batches
      await eventually(`${batches} batches`, () => total() >= target)
    },
    stop: async () => {
      isOver = true
      await running
      return `${total()} batches, ${repeated} repeated`
    },
    /** All of it is there, in order, but for copies. */
    expectIn: (records: ReadonlyArray<TopicRecord>) => {
      for (const [partition, count] of sent.entries()) {
        const values = records.filter((one) => one.partition === partition).map(({ value }) => value)
        const batches = Array.from({ length: count }, (_, n) => batchOf(partition, n)).flat()
        expect([...new Set(values)]).toEqual(batches.map(({ value }) => value.toString()))
      }
    }
  }
}
