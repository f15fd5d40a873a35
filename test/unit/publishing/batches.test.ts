import { expect, it } from "vitest"
import { readCursor } from "../../../src/application/messages/feed-cursor.ts"
import type { Message } from "../../../src/application/ports/message.ts"
import { halve, OpenLanes } from "../../../src/application/publishing/batches.ts"

const lanesOf = (
  messages: ReadonlyArray<Message>,
  log: ConstructorParameters<typeof OpenLanes>[0],
  partitionOf: (key: string) => number
) => {
  const open = new OpenLanes(log, partitionOf)
  const middle = Math.floor(messages.length / 2)
  open.add(messages.slice(0, middle))
  open.add(messages.slice(middle))
  return open.lanes()
}

const log = { logId: "log", epoch: 3 }
const message = (position: number, key: string, size = 10): Message => ({
  position,
  registrationId: key,
  tenant: "north",
  json: "é".repeat(size / 2)
})
const positionsOf = (batch: ReadonlyArray<{ readonly headers: Readonly<Record<string, string>> }>) =>
  batch.map(({ headers }) => readCursor(headers["certreg-cursor"] ?? "")?.position)

it("keeps the order of the log in each lane", () => {
  const messages = ["a", "b", "a", "c", "b", "a"].map((key, i) => message(i + 1, key))
  const lanes = lanesOf(messages, log, (key) => (key === "b" ? 1 : 0))
  const found = lanes.map(({ partition, batches }) => [partition, batches.map(positionsOf)])
  expect(new Map(found as Array<[number, unknown]>)).toStrictEqual(
    new Map([
      [0, [[1, 3, 4, 6]]],
      [1, [[2, 5]]]
    ])
  )
})

it("begins another batch where one would take more than half a MiB, and lets a larger record go alone", () => {
  const sizes = [300_000, 200_000, 100_000, 700_000, 10, 523_000]
  const [lane] = lanesOf(
    sizes.map((size, i) => message(i + 1, "a", size)),
    log,
    () => 0
  )
  expect(lane?.batches.map(positionsOf)).toStrictEqual([[1, 2], [3], [4], [5, 6]])
})

it("begins another batch after a thousand records", () => {
  const messages = Array.from({ length: 2500 }, (_, i) => message(i + 1, "a"))
  const [lane] = lanesOf(messages, log, () => 0)
  expect(lane?.batches.map((batch) => batch.length)).toStrictEqual([1000, 1000, 500])
})

it("halves what has two records or more, and leaves nothing out", () => {
  const [lane] = lanesOf(
    [1, 2, 3].map((position) => message(position, "a")),
    log,
    () => 0
  )
  const batch = lane?.batches[0] ?? []
  expect(halve(batch)?.map(positionsOf)).toStrictEqual([[1, 2], [3]])
  expect(halve(batch.slice(0, 1))).toBeUndefined()
})
