import { assert, describe, it } from "vitest"
import { Silence } from "../../../src/adapters/eventstoredb/silence.ts"

const timings = { silence: 5_000, endCheck: 60_000 }

/** After how many turns of a second something is due. */
const turnsUntil = (silence: Silence, isMissing: boolean) => {
  for (let turns = 1; ; turns++) {
    const due = silence.tick(1_000, isMissing)
    if (due !== undefined) return { due, turns }
  }
}

describe("silence on a subscription", () => {
  it("while something is missing is believed for a while, each time for longer, until something comes", () => {
    const silence = new Silence(timings)
    const waits = Array.from({ length: 6 }, () => turnsUntil(silence, true).turns)
    assert.deepStrictEqual(waits, [6, 11, 21, 41, 41, 41])
    silence.broken()
    silence.tick(1_000, true)
    assert.deepStrictEqual(turnsUntil(silence, true), { due: "renew", turns: 6 })
  })

  it("while nothing is missing is looked into now and then", () => {
    const silence = new Silence(timings)
    for (let i = 0; i < 3; i++) assert.deepStrictEqual(turnsUntil(silence, false), { due: "look", turns: 60 })
  })

  it("is none while anything comes", () => {
    const silence = new Silence(timings)
    for (let i = 0; i < 1_000; i++) {
      silence.broken()
      assert.isUndefined(silence.tick(1_000, i % 2 === 0))
    }
  })

  it("before something was missing counts for nothing", () => {
    const silence = new Silence(timings)
    for (let i = 0; i < 50; i++) silence.tick(1_000, false)
    assert.deepStrictEqual(turnsUntil(silence, true), { due: "renew", turns: 6 })
  })
})
