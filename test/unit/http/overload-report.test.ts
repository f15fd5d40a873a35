import { describe, expect, it } from "vitest"
import { admissionWith } from "../../support/admission.ts"

describe("an overload in the log", () => {
  it("is one line when it begins, and one when it is over that says how many were refused", () => {
    const { admission, begin, clock, counted, lines, looks } = admissionWith({ most: 1, calm: 5000 })
    const done = begin()
    for (let i = 0; i < 100; i++) {
      clock.now += 20
      expect(admission.admit("command")).toBe(2)
    }
    done()
    // The last look at which it is not over yet.
    looks(24, 0)
    expect(lines).toEqual([{ event: "overloaded", code: "commands" }])
    looks(1, 0)
    looks(100, 0)
    expect(lines).toEqual([
      { event: "overloaded", code: "commands" },
      { event: "overload_ended", count: 100, millis: 1980 }
    ])
    expect(counted).toHaveLength(100)
  })

  it("is over at the latest when nobody looks any more", () => {
    const { admission, begin, lines } = admissionWith({ most: 1 })
    begin()
    admission.end()
    expect(lines).toEqual([])
    admission.admit("command")
    admission.end()
    admission.end()
    expect(lines.map(({ event }) => event)).toEqual(["overloaded", "overload_ended"])
  })
})
