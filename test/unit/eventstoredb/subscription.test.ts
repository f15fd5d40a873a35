import { EventEmitter } from "node:events"
import type { EventStoreDBClient } from "@eventstore/db-client"
import { describe, expect, it } from "vitest"
import { type SubscriptionHandlers, subscribe } from "../../../src/adapters/eventstoredb/subscription.ts"

const broken = new RangeError("it cannot be taken")
const fail = () => {
  throw broken
}

/** A subscription of which one handler throws. */
const begin = (handlers: Partial<SubscriptionHandlers>) => {
  const emitter = new EventEmitter()
  let checkpoint = () => {}
  const subscribeToAll: EventStoreDBClient["subscribeToAll"] = (options) => {
    const stream = { readableLength: 0, pause: () => {}, resume: () => {}, unsubscribe: async () => {} }
    const subscription = Object.assign(emitter, stream) as unknown as ReturnType<EventStoreDBClient["subscribeToAll"]>
    checkpoint = () => options?.filter?.checkpointReached?.(subscription, { commit: 7n, prepare: 7n })
    return subscription
  }
  const seen: Array<unknown> = []
  const see = (what: string) => () => void seen.push(what)
  subscribe({ subscribeToAll } as EventStoreDBClient, { commit: 0, prepare: 0 }, [], {
    event: see("event"),
    checkpoint: see("checkpoint"),
    caughtUp: see("caught up"),
    ended: (error) => seen.push(error),
    ...handlers
  })
  return { emitter, seen, checkpoint: () => checkpoint() }
}

describe("a handler that throws ends the subscription with what it threw, and not the process", () => {
  it("of an event", () => {
    const { emitter, seen } = begin({ event: fail })
    emitter.emit("data", { event: {} })
    emitter.emit("data", { event: {} })
    expect(seen).toEqual([broken])
  })

  it("of a checkpoint, also one that waited for an event", () => {
    const atOnce = begin({ checkpoint: fail })
    atOnce.checkpoint()
    expect(atOnce.seen).toEqual([broken])
    const later = begin({ checkpoint: fail })
    Object.assign(later.emitter, { readableLength: 1 })
    later.checkpoint()
    later.emitter.emit("data", { event: {} })
    later.emitter.emit("caughtUp")
    expect(later.seen).toEqual(["event", broken])
  })

  it("of the end of the log", () => {
    const { emitter, seen } = begin({ caughtUp: fail })
    emitter.emit("caughtUp")
    emitter.emit("error", new Error("too late"))
    expect(seen).toEqual([broken])
  })
})
