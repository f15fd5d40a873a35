import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { makeGathered } from "../../../src/adapters/http/feed/gathered.ts"
import type { Arrival } from "../../../src/application/messages/new-messages.ts"
import { messagesFrom } from "../../support/feed.ts"

const arrival = (after: number, upTo: number, epoch = 0): Arrival => ({
  after,
  upTo,
  epoch,
  messages: messagesFrom(after + 1, upTo - after)
})
const start = () => {
  const given: Array<Arrival> = []
  return { given, gathered: makeGathered(50, (all) => given.push(all)) }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe("new messages that follow on each other", () => {
  it("are given together, a moment after the first", () => {
    const { given, gathered } = start()
    const [one, two] = [arrival(3, 5), arrival(5, 6, 1)]
    gathered.add(one)
    vi.advanceTimersByTime(49)
    gathered.add(two)
    expect(given).toEqual([])
    vi.advanceTimersByTime(1)
    expect(given).toEqual([{ after: 3, upTo: 6, epoch: 1, messages: [...one.messages, ...two.messages] }])
    vi.advanceTimersByTime(100)
    expect(given).toHaveLength(1)
  })

  it("are given at once where they are many", () => {
    const { given, gathered } = start()
    gathered.add(arrival(0, 60))
    gathered.add(arrival(60, 120))
    expect(given).toMatchObject([{ after: 0, upTo: 120 }])
    vi.advanceTimersByTime(100)
    expect(given).toHaveLength(1)
  })
})

describe("new messages", () => {
  it("are not taken for what follows on others when they do not", () => {
    const { given, gathered } = start()
    const [one, two] = [arrival(3, 5), arrival(7, 9)]
    gathered.add(one)
    gathered.add(two)
    expect(given).toEqual([one])
    vi.advanceTimersByTime(50)
    expect(given).toEqual([one, two])
  })

  it("are forgotten at the end", () => {
    const { given, gathered } = start()
    gathered.add(arrival(3, 5))
    gathered.clear()
    vi.advanceTimersByTime(50)
    expect(given).toEqual([])
  })
})
