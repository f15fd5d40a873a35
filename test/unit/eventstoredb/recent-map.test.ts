import { describe, expect, it } from "vitest"
import { RecentMap } from "../../../src/adapters/eventstoredb/recent-map.ts"

/** The entries that are left of so many, set in order. */
const leftOf = (count: number, kept: number): ReadonlyArray<number> => {
  const map = new RecentMap<number, number>(kept)
  for (let i = 0; i < count; i++) map.set(i, i)
  return Array.from({ length: count }, (_, i) => map.get(i)).filter((value) => value !== undefined)
}

describe("a map of what was set lately", () => {
  it("keeps so many of the last entries at least, and twice as many at most", () => {
    for (let count = 0; count <= 30; count++) {
      const left = leftOf(count, 5)
      const all = Array.from({ length: count }, (_, i) => i)
      expect(left).toEqual(all.slice(count - left.length))
      expect(left.length).toBeGreaterThanOrEqual(Math.min(count, 5))
      expect(left.length).toBeLessThanOrEqual(10)
    }
  })

  it("gives what was set last, and keeps it longer for that", () => {
    const map = new RecentMap<string, number>(2)
    map.set("a", 1)
    map.set("b", 1)
    map.set("a", 2)
    expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([2, 1, undefined])
    map.set("c", 1)
    expect([map.get("a"), map.get("b")]).toEqual([2, undefined])
  })
})
