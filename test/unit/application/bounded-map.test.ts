import { describe, expect, it } from "vitest"
import { BoundedMap } from "../../../src/application/bounded-map.ts"

describe("a bounded map", () => {
  it("forgets what was unchanged longest", () => {
    const map = new BoundedMap<string, number>(2)
    map.set("a", 1).set("b", 2).set("a", 3).set("c", 4)
    expect([...map]).toEqual([
      ["a", 3],
      ["c", 4]
    ])
  })
})
