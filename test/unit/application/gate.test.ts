import { describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { expect } from "vitest"
import { Gate } from "../../../src/application/driving/gate.ts"
import { settingsWith } from "../../support/settings.ts"

const concurrency = 6
const maxPause = 8000
const kind = "confirm"
type Gates = Gate["Service"]

const gate = (name: string, test: (gate: Gates) => void) =>
  it.effect(name, () =>
    Gate.use((gate) => Effect.sync(() => test(gate))).pipe(
      Effect.provide(
        Gate.layer.pipe(Layer.provide(settingsWith({ esignConcurrency: concurrency, retryMaxDelay: maxPause })))
      )
    )
  )

/** How many calls may start now; they are under way then. */
const enterAll = (gate: Gates, now: number): number => {
  let entered = 0
  while (gate.enter(kind, now)) entered++
  return entered
}
const fail = (gate: Gates, times: number, now = 0) => {
  for (let i = 0; i < times; i++) {
    gate.enter(kind, now)
    gate.leave(kind, "unavailable", now)
  }
}

describe("the gate of a kind of call", () => {
  gate("is open for as many as may run at once", (gate) => {
    expect(enterAll(gate, 0)).toBe(concurrency)
    gate.leave(kind, "answered", 0)
    expect(enterAll(gate, 0)).toBe(1)
  })

  gate("stays open while failures are not in a row", (gate) => {
    fail(gate, 4)
    gate.enter(kind, 0)
    gate.leave(kind, "answered", 0)
    fail(gate, 4)
    expect(enterAll(gate, 0)).toBe(concurrency)
  })

  gate("does not count what was not sent", (gate) => {
    fail(gate, 4)
    for (let i = 0; i < 10; i++) {
      gate.enter(kind, 0)
      gate.leave(kind, "not_sent", 0)
    }
    expect(gate.isOpen(kind, 0)).toBe(true)
    fail(gate, 1)
    expect(gate.isOpen(kind, 0)).toBe(false)
  })

  gate("closes after five in a row, for this kind alone", (gate) => {
    fail(gate, 5)
    expect([gate.isOpen(kind, 0), gate.enter(kind, 0), gate.enter(kind, 374)]).toEqual([false, false, false])
    expect([gate.isOpen("urls", 0), gate.isOpen("poll", 0)]).toEqual([true, true])
  })

  gate("lets one probe at a time through, after pauses that double up to the longest", (gate) => {
    fail(gate, 5)
    let now = 0
    for (const pause of [500, 1000, 2000, 4000, 8000, 8000]) {
      expect(gate.isOpen(kind, now + 0.75 * pause - 1), `before ${pause} ms`).toBe(false)
      now += pause
      expect(enterAll(gate, now)).toBe(1)
      gate.leave(kind, "unavailable", now)
    }
  })

  gate(
    "waits with the first probe as long as after one failure, however many were under way when it closed",
    (gate) => {
      enterAll(gate, 0)
      for (let i = 0; i < concurrency; i++) gate.leave(kind, "unavailable", 0)
      expect(enterAll(gate, 500)).toBe(1)
      gate.leave(kind, "unavailable", 500)
      expect(gate.isOpen(kind, 1249)).toBe(false)
      expect(gate.isOpen(kind, 1500)).toBe(true)
    }
  )

  gate("lets no probe through while what was under way when it closed is not back", (gate) => {
    enterAll(gate, 0)
    for (let i = 0; i < concurrency - 1; i++) gate.leave(kind, "unavailable", 0)
    expect(gate.isOpen(kind, 10_000)).toBe(false)
    gate.leave(kind, "unavailable", 10_000)
    expect(gate.isOpen(kind, 10_000)).toBe(true)
  })

  gate("lets the next probe through at once when one was not sent", (gate) => {
    fail(gate, 5)
    expect(enterAll(gate, 500)).toBe(1)
    gate.leave(kind, "not_sent", 500)
    expect(enterAll(gate, 500)).toBe(1)
  })

  gate("doubles once a probe got through, up to all", (gate) => {
    fail(gate, 5)
    const under = []
    for (let got = enterAll(gate, 500), round = 0; round < 4; round++) {
      under.push(got)
      const before = got
      gate.leave(kind, "answered", 500)
      for (let i = 1; i < before; i++) gate.leave(kind, "not_sent", 500)
      got = enterAll(gate, 500)
    }
    expect(under).toEqual([1, 2, 4, 6])
  })

  gate("begins anew with short pauses after it was open", (gate) => {
    fail(gate, 5)
    for (const now of [500, 2000, 5000]) fail(gate, 1, now)
    gate.enter(kind, 20_000)
    gate.leave(kind, "answered", 20_000)
    fail(gate, 5, 20_000)
    expect(gate.isOpen(kind, 20_374)).toBe(false)
    expect(gate.isOpen(kind, 20_500)).toBe(true)
  })
})
