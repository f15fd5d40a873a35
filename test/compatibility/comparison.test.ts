import { describe, expect, it } from "vitest"
import { said } from "../support/compatibility/openapi-breaks.ts"
import { schemaBreaks } from "../support/compatibility/schema-breaks.ts"

const text = { type: "string" }
const object = (properties: object, required: ReadonlyArray<string> = Object.keys(properties), more: object = {}) => ({
  type: "object",
  properties,
  required,
  ...more
})
const closed = { additionalProperties: false }
const root = {
  $defs: { text, short: { type: "string", maxLength: 5 }, same: { type: "string", title: "another word" } }
}
const breaks = (direction: "sent" | "taken", released: unknown, now: unknown) =>
  schemaBreaks(direction, { schema: released, root }, { schema: now, root }).map(said)

describe("what is sent breaks readers", () => {
  it.each<[what: string, released: unknown, now: unknown, found: string]>([
    ["a member is removed", object({ a: text, b: text }), object({ a: text }), "b is gone"],
    ["an optional member is removed", object({ a: text }, []), object({}), "a is gone"],
    ["a member is renamed", object({ a: text }), object({ b: text }), "a is gone"],
    ["a member is not always there", object({ a: text }), object({ a: text }, []), "a may be missing now"],
    ["a member may be null", object({ a: text }), object({ a: { type: ["string", "null"] } }), "a may be null now"],
    [
      "a member may be null, by a choice",
      object({ a: text }),
      object({ a: { anyOf: [text, { type: "null" }] } }),
      "a may be null now"
    ],
    ["a member is of another type", object({ a: text }), object({ a: { type: "number" } }), "a may be number now"],
    ["a number is no longer whole", { type: "integer" }, { type: "number" }, "may be number now"],
    ["a member may be anything", object({ a: text }), object({ a: {} }), "a may be anything now"],
    [
      "there is a further word",
      { type: "string", enum: ["a"] },
      { type: "string", enum: ["a", "b"] },
      'may be "b" now'
    ],
    ["any word is possible", { type: "string", enum: ["a"] }, text, "keeps no longer to: one of a"],
    ["a constant changes", { const: "a" }, { const: "b" }, 'may be "b" now'],
    ["a format goes", { ...text, format: "uuid" }, text, 'keeps no longer to: format "uuid"'],
    ["a pattern changes", { ...text, pattern: "^a" }, { ...text, pattern: "^b" }, 'keeps no longer to: pattern "^a"'],
    ["a limit is raised", { ...text, maxLength: 5 }, { ...text, maxLength: 6 }, "keeps no longer to: maxLength 5"],
    ["a limit goes", { $ref: "#/$defs/short" }, { $ref: "#/$defs/text" }, "keeps no longer to: maxLength 5"],
    [
      "an element changes",
      { type: "array", items: object({ a: text }) },
      { type: "array", items: object({}) },
      "[].a is gone"
    ],
    [
      "a value under any name changes",
      { type: "object", additionalProperties: text },
      { type: "object", additionalProperties: { type: "number" } },
      "* may be number now"
    ],
    [
      "a member deep inside changes",
      object({ a: object({ b: text }) }),
      object({ a: object({ b: text }, []) }),
      "a.b may be missing now"
    ],
    [
      "a part of several changes",
      { allOf: [object({ a: text }), object({ b: text })] },
      { allOf: [object({ a: text }), object({})] },
      "b is gone"
    ]
  ])("when %s", (_, released, now, found) => {
    expect(breaks("sent", released, now)).toEqual([found])
    expect(breaks("sent", released, released)).toEqual([])
  })
})

describe("what is sent is let through", () => {
  it.each<[what: string, released: unknown, now: unknown]>([
    ["when there is a further member", object({ a: text }), object({ a: text, b: text })],
    ["when a member is always there", object({ a: text }, []), object({ a: text })],
    ["when a word goes", { type: "string", enum: ["a", "b"] }, { type: "string", enum: ["a"] }],
    ["when it is never null any more", object({ a: { type: ["string", "null"] } }), object({ a: text })],
    ["when a number is whole", { type: "number" }, { type: "integer" }],
    ["when it is more limited", text, { ...text, maxLength: 5, pattern: "^a", format: "uuid" }],
    ["when nothing but words about it change", { $ref: "#/$defs/text" }, { $ref: "#/$defs/same" }],
    ["when it is written in another way", { type: "string", enum: ["a"] }, { allOf: [text, { const: "a" }] }]
  ])("%s", (_, released, now) => {
    expect(breaks("sent", released, now)).toEqual([])
  })
})

describe("what is taken breaks callers", () => {
  it.each<[what: string, released: unknown, now: unknown, found: string]>([
    ["a new member is required", object({ a: text }), object({ a: text, b: text }), "b is required now"],
    ["an optional member is required", object({ a: text }, []), object({ a: text }), "a is required now"],
    ["an optional member is removed", object({ a: text }, [], closed), object({}, [], closed), "a is gone"],
    ["a member is removed from what is open", object({ a: text }, []), object({}), "a is gone"],
    ["unknown members are refused", object({}), object({}, [], closed), "* may no longer be anything"],
    [
      "a word is removed",
      { type: "string", enum: ["a", "b"] },
      { type: "string", enum: ["a"] },
      'may no longer be "b"'
    ],
    ["there are words where any was taken", text, { type: "string", enum: ["a"] }, "has to keep to: one of a"],
    ["null is refused", object({ a: { type: ["string", "null"] } }), object({ a: text }), "a may no longer be null"],
    ["another type is wanted", { type: "number" }, { type: "string" }, "may no longer be number"],
    ["a pattern is added", text, { ...text, pattern: "^a" }, 'has to keep to: pattern "^a"'],
    ["a limit is lowered", { ...text, maxLength: 6 }, { ...text, maxLength: 5 }, "has to keep to: maxLength 5"],
    ["a least length is raised", { ...text, minLength: 1 }, { ...text, minLength: 2 }, "has to keep to: minLength 2"],
    ["one of several shapes is removed", { anyOf: [text, { type: "number" }] }, text, "may no longer be number"],
    ["a rule comes that is not known here", text, { ...text, not: { const: "a" } }, 'has to keep to: not {"const":"a"}']
  ])("when %s", (_, released, now, found) => {
    expect(breaks("taken", released, now)).toEqual([found])
    expect(breaks("taken", released, released)).toEqual([])
  })
})

describe("what is taken is let through", () => {
  it.each<[what: string, released: unknown, now: unknown]>([
    [
      "when there is a further optional member",
      object({ a: text }, ["a"], closed),
      object({ a: text, b: text }, ["a"], closed)
    ],
    ["when a member need not be there", object({ a: text }), object({ a: text }, [])],
    ["when there is a further word", { type: "string", enum: ["a"] }, { type: "string", enum: ["a", "b"] }],
    ["when it is less limited", { ...text, maxLength: 5, pattern: "^a" }, { ...text, maxLength: 6 }],
    ["when there is a further shape", object({ a: text }), { anyOf: [object({ b: text }), object({ a: text })] }]
  ])("%s", (_, released, now) => {
    expect(breaks("taken", released, now)).toEqual([])
  })
})
