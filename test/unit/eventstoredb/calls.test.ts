import type { EventStoreDBClient } from "@eventstore/db-client"
import { Cause, Effect, Exit, Fiber } from "effect"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { CallFailed } from "../../../src/adapters/eventstoredb/call-failed.ts"
import { type LaneName, makeCalls } from "../../../src/adapters/eventstoredb/calls.ts"
import { makeClients } from "../../../src/adapters/eventstoredb/clients.ts"

const deadline = 10_000

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }))
afterEach(() => void vi.useRealTimers())
/** Lets so much time pass, and everything happen that comes of it. */
const pass = async (millis: number) => {
  await vi.advanceTimersByTimeAsync(millis)
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Clients that say when they are disposed of. */
const givenCalls = () => {
  const disposed: Array<number> = []
  let made = 0
  const clients = makeClients({
    connect: () => {
      const number = made++
      const dispose = async () => void disposed.push(number)
      const getChannel = async () => ({ close: () => {} })
      return { number, dispose, getChannel, handleError: async () => {} } as unknown as EventStoreDBClient
    }
  })
  const options = { credentials: { username: "", password: "" }, requiresLeader: true, deadline } as const
  const { call, close } = makeCalls({ clients, options, deadline })

  /** A call that answers, fails or does nothing when the test says so. */
  const begin = (lane: LaneName) => {
    const answering = Promise.withResolvers<string>()
    const seen = { client: -1, isCancelled: false, exit: undefined as Exit.Exit<string, CallFailed> | undefined }
    const fiber = Effect.runFork(
      call(lane, (client, _, onAbandoned) => {
        seen.client = (client as unknown as { readonly number: number }).number
        onAbandoned(() => {
          seen.isCancelled = true
        })
        return answering.promise
      })
    )
    fiber.addObserver((exit) => {
      seen.exit = exit
    })
    const outcome = () => {
      if (seen.exit === undefined) return undefined
      return Exit.isSuccess(seen.exit) ? seen.exit.value : Cause.findErrorOption(seen.exit.cause).pipe(toOutcome)
    }
    return { ...answering, fiber, seen, outcome }
  }
  return { begin, close, clients, disposed }
}
const toOutcome = (error: { readonly _tag: string; readonly value?: CallFailed }) =>
  error.value === undefined ? "interrupted" : `${error.value.outcome} ${error.value.code}`

describe("a call without an answer", () => {
  it("is of unknown outcome at its deadline, and the next one has a new client", async () => {
    const { begin, disposed } = givenCalls()
    const [append, read] = [begin("append"), begin("read")]
    await pass(deadline - 1)
    expect([append.outcome(), read.outcome()]).toEqual([undefined, undefined])
    await pass(1)
    expect([append.outcome(), read.outcome()]).toEqual(["unknown timeout", "unknown timeout"])
    expect([append.seen.isCancelled, read.seen.isCancelled]).toEqual([true, true])
    // Both had the same client: it was replaced once.
    expect(begin("append").seen.client).toBe(1)
    expect(disposed).toEqual([0])
  })

  it("takes nothing away from the others of its client, which is there until their end", async () => {
    const { begin, disposed } = givenCalls()
    begin("append")
    await pass(deadline / 2)
    const [other, later] = [begin("append"), begin("read")]
    await pass(deadline / 2)
    expect([other.outcome(), disposed]).toEqual([undefined, []])
    other.resolve("stored")
    await pass(0)
    expect([other.outcome(), disposed]).toEqual(["stored", []])
    later.resolve("read")
    await pass(0)
    expect([later.outcome(), disposed]).toEqual(["read", [0]])
  })

  it("may have its answer later: nobody hears it", async () => {
    const { begin, disposed } = givenCalls()
    const [late, failing] = [begin("append"), begin("append")]
    await pass(deadline)
    late.resolve("stored")
    failing.reject(Object.assign(new Error("late"), { code: 14 }))
    await pass(deadline)
    expect([late.outcome(), failing.outcome()]).toEqual(["unknown timeout", "unknown timeout"])
    expect(disposed).toEqual([0])
  })

  it("has its answer, when that came while this thread stood still", async () => {
    const { begin } = givenCalls()
    const { resolve, outcome } = begin("append")
    // What came is heard after the timers that are due.
    vi.advanceTimersByTime(deadline)
    resolve("stored")
    await pass(0)
    expect(outcome()).toBe("stored")
  })

  it("that ends at the client's own deadline replaces it, too; other failures do not", async () => {
    const { begin } = givenCalls()
    begin("append").reject({ code: 14 })
    await pass(0)
    expect(begin("append").seen.client).toBe(0)
    begin("append").reject({ type: "deadline-exceeded", code: 4 })
    await pass(0)
    expect(begin("append").seen.client).toBe(1)
  })
})

describe("a call that nobody waits for", () => {
  it("is taken back when it is a read, and keeps its place when it is an append", async () => {
    const { begin } = givenCalls()
    const [append, read] = [begin("append"), begin("read")]
    for (const { fiber } of [append, read]) await Effect.runPromise(Fiber.interrupt(fiber))
    expect([append.seen.isCancelled, read.seen.isCancelled]).toEqual([false, true])
    const others = Array.from({ length: 64 }, () => begin("append"))
    expect(others.filter(({ seen }) => seen.client === 0)).toHaveLength(63)
    append.resolve("stored")
    await pass(0)
    expect(others.filter(({ seen }) => seen.client === 0)).toHaveLength(64)
  })

  it("is not made when it has no turn yet", async () => {
    const { begin } = givenCalls()
    const first = Array.from({ length: 64 }, () => begin("append"))
    const [second, third] = [begin("append"), begin("append")]
    await Effect.runPromise(Fiber.interrupt(second.fiber))
    first[0]?.resolve("stored")
    await pass(0)
    expect([second.seen.client, third.seen.client]).toEqual([-1, 0])
  })
})

describe("after the end", () => {
  it("nothing is called, and what waits is told", async () => {
    const { begin, close } = givenCalls()
    const [append, read] = [begin("append"), begin("read")]
    const others = Array.from({ length: 64 }, () => begin("append"))
    const closed = close()
    await pass(0)
    expect([others.at(-1)?.outcome(), read.outcome(), read.seen.isCancelled]).toEqual([
      "refused closing",
      "refused closing",
      true
    ])
    const late = begin("append")
    await pass(0)
    expect([late.outcome(), late.seen.client]).toEqual(["refused closing", -1])
    append.resolve("stored")
    await pass(0)
    expect(append.outcome()).toBe("stored")
    await pass(5000)
    await closed
    expect(others[0]?.outcome()).toBe("unknown closing")
  })

  it("waits for nobody when nothing is under way", async () => {
    const { begin, close } = givenCalls()
    begin("append").resolve("stored")
    await pass(0)
    await close()
    expect(vi.getTimerCount()).toBe(0)
  })
})
