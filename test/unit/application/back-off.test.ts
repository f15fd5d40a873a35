import { describe, expect, it } from "vitest"
import { backOff } from "../../../src/application/driving/back-off.ts"

const most = 60_000

describe("the pause before the next try", () => {
  it.each([0, 1, 2, 6, 7, 8, 30, 31, 5000, Number.MAX_SAFE_INTEGER])("after %i of them", (tries) => {
    const full = Math.min(most, 500 * 2 ** Math.min(tries, 20))
    const pauses = Array.from({ length: 200 }, () => backOff(tries, most))
    for (const pause of pauses) {
      expect(pause).toBeGreaterThanOrEqual(full * 0.75)
      expect(pause).toBeLessThanOrEqual(full)
      expect(Number.isInteger(pause)).toBe(true)
    }
    expect(new Set(pauses).size).toBeGreaterThan(1)
  })

  it("is never longer than the most", () => {
    expect(backOff(3, 100)).toBeLessThanOrEqual(100)
  })
})
