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
    gate.failed(kind, now, "timeout")
  }
}

describe("the gate of a kind of call", () => {
  gate("is open for as many as may run at once", (gate) => {
    expect(enterAll(gate, 0)).toBe(concurrency)
    gate.answered(kind)
    expect(enterAll(gate, 0)).toBe(1)
  })

  gate("stays open while failures are not in a row", (gate) => {
    fail(gate, 4)
    gate.enter(kind, 0)
    gate.answered(kind)
    fail(gate, 4)
    expect(enterAll(gate, 0)).toBe(concurrency)
  })

  gate("does not count what was not sent", (gate) => {
    fail(gate, 4)
    for (let i = 0; i < 10; i++) {
      gate.enter(kind, 0)
      gate.notSent(kind)
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
      gate.failed(kind, now, "timeout")
    }
  })

  gate(
    "waits with the first probe as long as after one failure, however many were under way when it closed",
    (gate) => {
      enterAll(gate, 0)
      for (let i = 0; i < concurrency; i++) gate.failed(kind, 0, "timeout")
      expect(enterAll(gate, 500)).toBe(1)
      gate.failed(kind, 500, "timeout")
      expect(gate.isOpen(kind, 1249)).toBe(false)
      expect(gate.isOpen(kind, 1500)).toBe(true)
    }
  )

  gate("lets no probe through while what was under way when it closed is not back", (gate) => {
    enterAll(gate, 0)
    for (let i = 0; i < concurrency - 1; i++) gate.failed(kind, 0, "timeout")
    expect(gate.isOpen(kind, 10_000)).toBe(false)
    gate.failed(kind, 10_000, "timeout")
    expect(gate.isOpen(kind, 10_000)).toBe(true)
  })

  gate("lets the next probe through at once when one was not sent", (gate) => {
    fail(gate, 5)
    expect(enterAll(gate, 500)).toBe(1)
    gate.notSent(kind)
    expect(enterAll(gate, 500)).toBe(1)
  })

  gate("doubles once a probe got through, up to all", (gate) => {
    fail(gate, 5)
    const under = []
    for (let got = enterAll(gate, 500), round = 0; round < 4; round++) {
      under.push(got)
      const before = got
      gate.answered(kind)
      for (let i = 1; i < before; i++) gate.notSent(kind)
      got = enterAll(gate, 500)
    }
    expect(under).toEqual([1, 2, 4, 6])
  })

  gate("waits for as long as the platform asks for, once it keeps failing", (gate) => {
    fail(gate, 4)
    gate.enter(kind, 0)
    gate.failed(kind, 0, "http_429", 60_000)
    expect([gate.isOpen(kind, 59_999), gate.isOpen(kind, 60_000)]).toEqual([false, true])
    gate.enter(kind, 60_000)
    gate.failed(kind, 60_000, "http_429", 100)
    // But never less than its own pause.
    expect([gate.isOpen(kind, 60_749), gate.isOpen(kind, 61_000)]).toEqual([false, true])
  })

  gate("is open to others when one alone is told to wait", (gate) => {
    gate.enter(kind, 0)
    gate.failed(kind, 0, "http_429", 60_000)
    expect([gate.isOpen(kind, 0), gate.nextProbeAt(kind)]).toEqual([true, undefined])
  })

  gate("tells how many failures in a row, since when, the last code, and when the next probe may start", (gate) => {
    for (const [now, code] of [
      [10, "timeout"],
      [20, "http_500"]
    ] as const) {
      gate.enter(kind, now)
      gate.failed(kind, now, code)
    }
    expect(gate.failuresOf(kind)).toEqual({ count: 2, since: 10, last: 20, code: "http_500" })
    expect(gate.nextProbeAt(kind)).toBeUndefined()
    fail(gate, 3, 30)
    expect(gate.nextProbeAt(kind)).toBeGreaterThanOrEqual(405)
    expect(gate.nextProbeAt(kind)).toBeLessThanOrEqual(530)
    gate.enter(kind, 600)
    gate.answered(kind)
    expect([gate.failuresOf(kind), gate.nextProbeAt(kind)]).toEqual([undefined, undefined])
  })

  gate("begins anew with short pauses after it was open", (gate) => {
    fail(gate, 5)
    for (const now of [500, 2000, 5000]) fail(gate, 1, now)
    gate.enter(kind, 20_000)
    gate.answered(kind)
    fail(gate, 5, 20_000)
    expect(gate.isOpen(kind, 20_374)).toBe(false)
    expect(gate.isOpen(kind, 20_500)).toBe(true)
  })
})
