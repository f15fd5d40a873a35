import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { readListCursor, writeListCursor } from "../../../src/adapters/http/request/list-cursor.ts"
import { readListQuery } from "../../../src/adapters/http/request/list-query.ts"

const taken = (query: unknown) => Result.getOrThrow(readListQuery(query))
const ruleFor = (query: unknown): string => {
  const read = readListQuery(query)
  if (Result.isSuccess(read)) throw new Error("it was taken")
  return read.failure.rule
}
const place = { requestedAt: Date.parse("2026-11-23T03:00:02.117Z"), id: "953cc770-d1be-5846-a834-71fbe1c6e550" }

describe("the query of the list", () => {
  it("without parameters asks for the first 50 of all", () => {
    expect(taken({})).toEqual({ filter: {}, limit: 50 })
  })

  it("takes each parameter", () => {
    const filter = { partnerUserId: "user:42|a", partnerUserIdType: "ACME_USER_ID", state: "awaiting_images" }
    const times = { requestedFrom: "2026-11-23T00:00:00.000Z", requestedTo: "2026-11-24T00:00:00.000Z" }
    expect(taken({ ...filter, ...times, limit: "7", cursor: writeListCursor(place) })).toEqual({
      filter: {
        ...filter,
        requestedFrom: Date.parse(times.requestedFrom),
        requestedTo: Date.parse(times.requestedTo)
      },
      limit: 7,
      after: place
    })
  })

  it.each([
    ["2026-11-23T10:00Z", "2026-11-23T10:00:00.000Z"],
    ["2026-11-23t10:00:00z", "2026-11-23T10:00:00.000Z"],
    ["2026-11-23 10:00:00.5Z", "2026-11-23T10:00:00.500Z"],
    ["2026-11-23T10:00:00.123999Z", "2026-11-23T10:00:00.123Z"],
    ["2026-11-23T10:00:00+07:00", "2026-11-23T03:00:00.000Z"],
    ["2026-11-23T10:00:00+0700", "2026-11-23T03:00:00.000Z"],
    ["2026-11-23T10:00:00 07:00", "2026-11-23T03:00:00.000Z"],
    ["2026-11-23 10:00 0700", "2026-11-23T03:00:00.000Z"],
    ["2026-11-23T10:00:00-02:30", "2026-11-23T12:30:00.000Z"],
    ["1969-12-31T23:59:59Z", "1969-12-31T23:59:59.000Z"]
  ])("reads the time %j as %s", (text, instant) => {
    const { filter } = taken({ requestedFrom: text, requestedTo: text })
    expect(filter).toEqual({ requestedFrom: Date.parse(instant), requestedTo: Date.parse(instant) })
  })

  it.each(["1", "200", "050"])("takes %s as a limit", (limit) => expect(taken({ limit }).limit).toBe(Number(limit)))

  it.each([
    ["limit", ["", "0", "201", "000", "1000", "-1", "1.5", "1e2", "0x10", " 5", "5 ", "+5", "five"]],
    ["state", ["", "Issued", "ISSUED", "issued ", "issued,failed", "done", "constructor"]],
    ["partnerUserId", ["", "a b", "a/b", "Ω", "x".repeat(129), "3174096112900001", "+6281234567890"]],
    ["partnerUserIdType", ["", "a b", "x".repeat(65)]],
    [
      "requestedFrom",
      ["", "2026-01-05", "2026-01-05T10:00:00", "2026-01-05T10:00:00.Z", "2026-01-05T10:00:00+07", "2026-02-30T00:00Z"]
    ],
    ["requestedTo", ["", "now", "1764000000000", "2026-11-23 10:00", "2026-11-23T24:00:00Z"]],
    ["cursor", ["", "abc", "first", `${writeListCursor(place)}=`]]
  ])("refuses a wrong %s, names the rule, and not the value", (name, values) => {
    for (const value of values) {
      const rule = ruleFor({ [name]: value })
      expect(rule, value).toMatch(new RegExp(`^${name} is .{20,}\\.$`))
      if (value.length > 5) expect(rule).not.toContain(value)
    }
  })

  it.each([
    [{ limits: "5" }, "There is no such query parameter."],
    [{ attention: "true" }, "There is no such query parameter."],
    [{ tenant: "north" }, "There is no such query parameter."],
    [{ limit: ["5", "5"] }, "The query parameter limit is given once."],
    [{ cursor: ["a", "b"] }, "The query parameter cursor is given once."]
  ])("refuses %j", (query, rule) => expect(ruleFor(query)).toBe(rule))
})

describe("the cursor of the list", () => {
  it("is read as it was written, and goes into a URL as it is", () => {
    expect(readListCursor(writeListCursor(place))).toEqual(place)
    expect(writeListCursor(place)).toMatch(/^[A-Za-z0-9_-]{1,100}$/)
    const early = { ...place, requestedAt: -1 }
    expect(readListCursor(writeListCursor(early))).toEqual(early)
  })

  const of = (value: unknown) =>
    Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url")
  const { requestedAt, id } = place
  it.each([
    ["nothing", ""],
    ["no JSON", of("here")],
    ["another shape", of({ requestedAt, id })],
    ["less", of([requestedAt])],
    ["more", of([requestedAt, id, 1])],
    ["no time", of([null, id])],
    ["a time in words", of(["2026-11-23T03:00:02.117Z", id])],
    ["a fraction", of([1.5, id])],
    ["no id", of([requestedAt, "user-42"])],
    ["an id in capitals", of([requestedAt, id.toUpperCase()])],
    ["another spelling of it", of(`[${requestedAt}, "${id}"]`)],
    ["another number for it", of(`[${requestedAt}.0,"${id}"]`)],
    ["something behind it", `${writeListCursor(place)}!`],
    ["a long text", "W".repeat(300)]
  ])("%s is none", (_, text) => expect(readListCursor(text)).toBeUndefined())
})
