import { EventEmitter } from "node:events"
import type { StreamingRead } from "@eventstore/db-client"
import { describe, expect, it } from "vitest"
import { collect } from "../../../src/adapters/eventstoredb/collect.ts"

/** A read that brings what it is told, and counts how often it was cancelled. */
const begin = (enough: number | (() => never)) => {
  const emitter = new EventEmitter()
  const seen = { items: [] as Array<number>, cancelled: 0 }
  const cancel = async () => {
    seen.cancelled++
    throw new Error("it had not begun")
  }
  let abandon = () => {}
  const whole = collect(
    Object.assign(emitter, { cancel }) as unknown as StreamingRead<number>,
    (item) => seen.items.push(item) < (typeof enough === "number" ? enough : enough()),
    (how) => {
      abandon = how
    }
  )
  const bring = (...items: ReadonlyArray<number>) => {
    for (const item of items) emitter.emit("data", item)
  }
  return { whole, seen, bring, emitter, abandon: () => abandon() }
}

describe("a read", () => {
  it("is taken to its end", async () => {
    const { whole, seen, bring, emitter } = begin(10)
    bring(1, 2)
    emitter.emit("end")
    expect([await whole, seen]).toEqual([true, { items: [1, 2], cancelled: 0 }])
  })

  it("is cancelled when that is enough, and what still comes is not taken", async () => {
    const { whole, seen, bring, emitter } = begin(2)
    bring(1, 2, 3)
    emitter.emit("end")
    expect([await whole, seen]).toEqual([false, { items: [1, 2], cancelled: 1 }])
  })

  it("is cancelled when nobody waits for it any more", async () => {
    const { whole, seen, bring, emitter, abandon } = begin(2)
    abandon()
    bring(1)
    // As the client does with a read that was cancelled; it has not come to its end.
    emitter.emit("end")
    expect(seen).toEqual({ items: [], cancelled: 1 })
    expect(await Promise.race([whole, Promise.resolve("nothing")])).toBe("nothing")
  })

  it("fails once, and ends nothing when it fails again", async () => {
    const { whole, emitter } = begin(2)
    for (const message of ["first", "second"]) emitter.emit("error", new Error(message))
    await expect(whole).rejects.toThrow("first")
  })

  it("fails with what is thrown by whoever takes what it brings, and is cancelled", async () => {
    const broken = new RangeError("it cannot be taken")
    const { whole, seen, bring } = begin(() => {
      throw broken
    })
    bring(1, 2)
    await expect(whole).rejects.toBe(broken)
    expect(seen).toEqual({ items: [1], cancelled: 1 })
  })
})
