import type { IncomingMessage } from "node:http"
import { Redacted, Result } from "effect"
import { describe, expect, it } from "vitest"
import { bearerKeyOf } from "../../../src/adapters/http/request/authorize.ts"
import { readIdempotencyKey, readPoint, readQuery, readWait } from "../../../src/adapters/http/request/parameters.ts"
import { requestIdOf } from "../../../src/adapters/http/request/request-id.ts"
import { readUuid } from "../../../src/application/uuid.ts"

const rejected = (result: Result.Result<unknown, { readonly _tag: string }>) =>
  Result.isFailure(result) ? result.failure._tag : "taken"

describe("wait", () => {
  it.each([
    [undefined, 0],
    ["0", 0],
    ["1", 1000],
    ["50", 50_000],
    ["51", 50_000],
    ["60", 50_000]
  ])("%s holds for %d milliseconds", (wait, millis) => {
    expect(Result.getOrThrow(readWait(wait))).toBe(millis)
  })

  it.each(["", "61", "-1", "abc", "1.5", " 1", "1e1", "0x1", "9999"])("%j is refused", (wait) => {
    expect(rejected(readWait(wait))).toBe("InvalidParameter")
  })
})

describe("asOf", () => {
  it("is a revision, or a time", () => {
    expect(Result.getOrThrow(readPoint(undefined))).toBeUndefined()
    expect(Result.getOrThrow(readPoint("0"))).toEqual({ revision: 0 })
    expect(Result.getOrThrow(readPoint("2026-11-23T17:00 07:00"))).toEqual({
      instant: Date.parse("2026-11-23T10:00:00.000Z")
    })
  })

  it("names the rule for anything else", () => {
    expect(Result.getFailure(readPoint("yesterday"))).toMatchObject({
      value: { rule: expect.stringMatching(/^asOf is a revision .* or an RFC 3339 time/) }
    })
  })
})

describe("the query", () => {
  it("takes known parameters once", () => {
    expect(Result.getOrThrow(readQuery({ wait: "1" }, "wait"))).toEqual({ wait: "1" })
    expect(Result.getOrThrow(readQuery({}, "wait"))).toEqual({})
  })

  it.each([{ waits: "1" }, { wait: ["1", "2"] }, { wait: "1", x: "" }])("%j is refused", (query) => {
    expect(rejected(readQuery(query, "wait"))).toBe("InvalidParameter")
  })
})

describe("Idempotency-Key", () => {
  it("is 1 to 255 printable ASCII characters", () => {
    for (const key of ["k", "a b", "~".repeat(255)])
      expect(Redacted.value(Result.getOrThrow(readIdempotencyKey([key])) ?? Redacted.make(""))).toBe(key)
    expect(Result.getOrThrow(readIdempotencyKey([]))).toBeUndefined()
  })

  it.each(["", "y".repeat(256), "café", "a\tb", "\u007f"])("%j is refused", (key) => {
    expect(rejected(readIdempotencyKey([key]))).toBe("InvalidParameter")
  })

  it("is given once", () => {
    expect(rejected(readIdempotencyKey(["k", "k"]))).toBe("InvalidParameter")
  })
})

describe("the key of a caller", () => {
  it.each(["Bearer k", "bEARER k", "bearer   k"])("is found in %j", (header) => {
    expect(bearerKeyOf([header])).toBe("k")
  })

  it.each([
    [],
    [""],
    ["Bearer"],
    ["Bearer "],
    ["k"],
    ["Basic k"],
    ["Bearer a b"],
    ["Bearerk"],
    ["Bearer k", "Bearer k"],
    ["Bearer k", ""]
  ])("is not in %j", (...headers) => {
    expect(bearerKeyOf(headers.flat())).toBeUndefined()
  })
})

describe("the id of a request", () => {
  const idFor = (id: string | undefined) =>
    requestIdOf({ headers: { "x-request-id": id } } as unknown as IncomingMessage)

  it("is the caller's where it is sane", () => {
    for (const id of ["z", "req-Ab.9_7", "y".repeat(128)]) expect(idFor(id)).toBe(id)
  })

  it.each([undefined, "", "x".repeat(129), "a b", "a/b", "a:b", "{a}", "é"])("is a new UUID for %j", (id) => {
    expect(readUuid(idFor(id))).toBeDefined()
  })
})

it("a UUID is taken in any case and nothing else is", () => {
  expect(readUuid("953CC770-d1be-5846-A834-71fbe1c6e550")).toBe("953cc770-d1be-5846-a834-71fbe1c6e550")
  for (const no of ["", "953cc770d1be5846a83471fbe1c6e550", "953cc770-d1be-5846-a834-71fbe1c6e550\n", "../../etc"])
    expect(readUuid(no)).toBeUndefined()
})
