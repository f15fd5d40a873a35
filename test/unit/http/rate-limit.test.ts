import { describe, expect, it } from "vitest"
import { makeRateLimit } from "../../../src/adapters/http/request/rate-limit.ts"

/** A limit on a clock that a test sets, in milliseconds. */
const limited = (perSecond: number | undefined) => {
  const clock = { now: 1_000_000 }
  return { clock, admit: makeRateLimit(perSecond, () => clock.now) }
}
const taken = (admit: (clientId: string) => number | undefined, client: string, asked: number) =>
  Array.from({ length: asked }, () => admit(client)).filter((wait) => wait === undefined).length

describe("a rate limit", () => {
  it.each([
    [1, 2],
    [3, 6],
    [5, 10],
    [0.5, 1],
    [0.1, 1],
    [1000, 2000]
  ])("of %d a second lets a burst of %d through", (perSecond, burst) => {
    const { admit } = limited(perSecond)
    expect(taken(admit, "acme", burst + 50)).toBe(burst)
  })

  it("lets as many through a second as it says, once the burst is used up", () => {
    const { admit, clock } = limited(7)
    taken(admit, "acme", 14)
    for (let second = 0; second < 5; second++) {
      clock.now += 1000
      expect(taken(admit, "acme", 100)).toBe(7)
    }
    // A refusal costs nothing, and a rest brings the burst back, and no more.
    clock.now += 3_600_000
    expect(taken(admit, "acme", 100)).toBe(14)
  })

  it("says after how many seconds there is room again, and there is", () => {
    const { admit, clock } = limited(0.25)
    expect([admit("acme"), admit("acme")]).toEqual([undefined, 4])
    clock.now += 3500
    expect(admit("acme")).toBe(1)
    clock.now += 1000
    expect(admit("acme")).toBeUndefined()
  })

  it("is each client's own", () => {
    const { admit } = limited(1)
    expect(taken(admit, "acme", 5)).toBe(2)
    expect(taken(admit, "mate", 5)).toBe(2)
  })

  it("is none without a setting", () => {
    expect(taken(limited(undefined).admit, "acme", 10_000)).toBe(10_000)
  })
})
