import { EventEmitter } from "node:events"
import type { AllStreamRecordedEvent, EventStoreDBClient } from "@eventstore/db-client"
import { Effect } from "effect"
import { expect, it, onTestFinished, vi } from "vitest"
import type { ClientHandle } from "../../../src/adapters/eventstoredb/clients.ts"
import { makeStreamNames } from "../../../src/adapters/eventstoredb/stream-names.ts"
import { Tail } from "../../../src/adapters/eventstoredb/tail.ts"

const eventAt = (commit: bigint) => ({ position: { commit, prepare: commit } }) as AllStreamRecordedEvent

/** A log whose subscriptions bring what they are told. */
const log = () => {
  const subscriptions: Array<{ readonly from: unknown; readonly bring: (event: AllStreamRecordedEvent) => void }> = []
  const subscribeToAll: EventStoreDBClient["subscribeToAll"] = (options) => {
    const emitter = new EventEmitter()
    subscriptions.push({ from: options?.fromPosition, bring: (event) => void emitter.emit("data", { event }) })
    const stream = { readableLength: 0, pause: () => {}, resume: () => {}, unsubscribe: async () => {} }
    return Object.assign(emitter, stream) as unknown as ReturnType<EventStoreDBClient["subscribeToAll"]>
  }
  const client = { subscribeToAll } as EventStoreDBClient
  return { subscriptions, clients: { current: () => ({ client }) as ClientHandle, onReplaced: () => () => {} } }
}

it("an event that cannot be handed on interrupts the feed, and is asked for again instead of passed over", async () => {
  const { subscriptions, clients } = log()
  const seen: Array<number | string> = []
  let isBroken = true
  const options = {
    clients,
    all: { last: () => Effect.succeed(eventAt(9n)) },
    names: makeStreamNames(""),
    horizon: { appended: 0, known: 0 },
    timings: { silence: 5_000, endCheck: 60_000 }
  }
  const tail = new Tail(0, options, {
    event: (_, position) => {
      if (position === 5 && isBroken) throw new RangeError("it cannot be taken")
      seen.push(position)
    },
    interrupted: (code) => seen.push(code),
    followed: () => {},
    changed: () => {}
  })
  onTestFinished(() => tail.close())
  subscriptions[0]?.bring(eventAt(3n))
  subscriptions[0]?.bring(eventAt(5n))
  subscriptions[0]?.bring(eventAt(7n))
  expect(seen).toEqual([3, "unknown"])
  expect(tail.upTo).toBe(3)
  isBroken = false
  await vi.waitUntil(() => subscriptions.length === 2, { timeout: 60_000 })
  expect(subscriptions[1]?.from).toEqual({ commit: 3n, prepare: 3n })
  subscriptions[1]?.bring(eventAt(5n))
  expect(seen).toEqual([3, "unknown", 5])
  expect(tail.upTo).toBe(5)
})
