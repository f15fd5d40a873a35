import { expect, it } from "vitest"
import { historyTable } from "../../src/adapters/cli/history-table.ts"
import { makeLocalTime } from "../../src/adapters/cli/local-time.ts"
import { chain } from "../../src/application/history/chain.ts"
import { noStream, type StoredEvent, tipOf } from "../../src/application/ports/event-store.ts"

const id = "01939d5e-0000-7000-8000-000000000001"
const stream = `registration-${id}`
const sealed = { keyId: "k", nonce: "bm9uY2U=", box: "Ym94" }
const origin = { actor: { kind: "client", id: "acme" }, correlationId: "c1" } as const

const [first = expect.fail()] = chain(
  stream,
  noStream,
  [
    {
      type: "Requested",
      version: 1,
      data: { tenant: "north", labels: { campaign: "q4" }, personal: sealed, fingerprint: "f", warnings: [] }
    }
  ],
  origin,
  Date.parse("2026-10-25T00:30:00.000Z")
) as ReadonlyArray<StoredEvent>
const [second = expect.fail()] = chain(
  stream,
  tipOf(first),
  [
    {
      type: "Unheard",
      version: 7,
      data: { sha256: "ab".repeat(32), at: "2026-10-25T01:30:00.000Z", n: [1, { m: true }] }
    }
  ],
  { actor: { kind: "process", id: "p1" }, correlationId: "c2", causationId: first.id },
  Date.parse("2026-10-25T01:30:00.000Z")
) as ReadonlyArray<StoredEvent>

it("shows a line of each event and what chains it, and the state", () => {
  const registration = {
    id,
    state: "requested",
    revision: 0,
    labels: {},
    updatedAt: first.recordedAt,
    links: { self: "/x" }
  }
  expect(historyTable({ id, correlationId: "c1", registration, events: [first, second] }, "Europe/Berlin")).toEqual([
    `Registration ${id}, correlation c1`,
    "",
    "revision  time in Europe/Berlin           event         actor        data",
    "       0  2026-10-25 02:30:00.000 +02:00  Requested.v1  client acme  tenant north, labels (campaign q4), personal sealed",
    `          id ${first.id}, hash ${first.hash.slice(0, 12)}…`,
    "       1  2026-10-25 02:30:00.000 +01:00  Unheard.v7    process p1   sha256 abababababab…, at 2026-10-25 02:30:00.000 +01:00, n (1; m true)",
    `          id ${second.id}, hash ${second.hash.slice(0, 12)}…, caused by revision 0, correlation c2`,
    "",
    "state      requested",
    "revision   0",
    "updatedAt  2026-10-25 02:30:00.000 +02:00"
  ])
})

it("sends nothing to a terminal that it would act on, and no text without end", () => {
  const data = { label: "a\u001B[31mb\u202Ec\nd", long: "x".repeat(300) }
  const lines = historyTable({ id, correlationId: "c1", events: [{ ...first, data }] }, "UTC").join("\n")
  expect(lines).toContain(`label a\\u{1b}[31mb\\u{202e}c\\u{a}d, long ${"x".repeat(80)}…`)
  for (const text of ["\u001B", "\u202E", "x".repeat(81)]) expect(lines).not.toContain(text)
})

it("shows what was stored as a time although it is none", () => {
  const [, , , line] = historyTable({ id, correlationId: "c1", events: [{ ...first, recordedAt: "soon" }] }, "UTC")
  expect(line).toMatch(/^ {7}0 {2}soon +Requested\.v1 /)
})

it("shows what somebody put there by hand, of whatever kind it is", () => {
  const odd = { ...first, type: 7, id: null, recordedAt: 5, correlationId: {}, actor: null, version: "x" } as never
  const [, , , line] = historyTable({ id, correlationId: "c1", events: [odd] }, "UTC")
  expect(line).toMatch(/^ {7}0 {2}5 +7\.vx +undefined undefined /)
})

it.each([
  ["UTC", "2026-11-26 17:59:59.007 +00:00"],
  ["Asia/Jakarta", "2026-11-27 00:59:59.007 +07:00"],
  ["America/St_Johns", "2026-11-26 14:29:59.007 -03:30"]
])("writes times of %s", (zone, expected) => {
  expect(makeLocalTime(zone)("2026-11-26T17:59:59.007Z")).toBe(expected)
})
