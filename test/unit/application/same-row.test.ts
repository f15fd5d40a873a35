import { describe, expect, it } from "vitest"
import { isSame } from "../../../src/application/replaying/same-row.ts"

describe("two values are the same JSON", () => {
  it.each([
    ["members in another order", { a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }],
    ["a member that is undefined and one that is not there", { a: 1, b: undefined }, { a: 1 }],
    ["the same the other way round", { a: 1 }, { b: undefined, a: 1 }],
    ["nothing at all", undefined, undefined]
  ])("%s", (_, one, other) => expect(isSame(one, other)).toBe(true))

  it.each([
    ["another value", { a: { b: 1 } }, { a: { b: 2 } }],
    ["a member more", { a: 1 }, { a: 1, b: 2 }],
    ["a member less", { a: 1, b: 2 }, { a: 1 }],
    ["another member", { a: 1 }, { b: 1 }],
    ["null and nothing", { a: null }, {}],
    ["an empty list and an empty object", { a: [] }, { a: {} }],
    ["a list in another order", [1, 2], [2, 1]],
    ["a longer list", [1], [1, 2]],
    ["a number and its text", { a: 1 }, { a: "1" }],
    ["an object and nothing", {}, undefined]
  ])("and not the same: %s", (_, one, other) => expect(isSame(one, other)).toBe(false))
})
