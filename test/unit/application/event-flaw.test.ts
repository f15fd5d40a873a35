import { hash } from "node:crypto"
import { describe, expect, it } from "vitest"
import { canonicalJson } from "../../../src/application/history/canonical-json.ts"
import { chain } from "../../../src/application/history/chain.ts"
import { flawOf, isReadable } from "../../../src/application/history/event-flaw.ts"
import { type NewEvent, noStream, type RawEvent } from "../../../src/application/ports/event-store.ts"

it.for(["x", "null", "[]", '"text"'])(
  "bytes that are no event, with the hash of just these (%s), are a flaw",
  (bytes) => {
    expect(
      flawOf({ position: 2, stream: "registration-s", revision: 0, bytes, hash: hash("sha256", bytes) } as never)
    ).toBeDefined()
  }
)

const origin = { actor: { kind: "client", id: "acme" }, correlationId: "c", causationId: "x" } as const
/** Its data say what would be another place, if that was where it is looked for. */
const data = { text: '"revision":7,"stream":"t","type":"', revision: 7, stream: "t", previousHash: "0".repeat(64) }
const stored = { type: "Noted", version: 12, data }
const [first, second] = chain(
  "registration-s",
  noStream,
  [stored, stored],
  origin,
  Date.now()
) as ReadonlyArray<NewEvent>
const rawOf = (event = first, more: Partial<RawEvent> = {}): RawEvent => {
  const { stream = "", revision = 0, bytes = "", hash = "" } = event ?? {}
  return { position: 1, stream, revision, bytes, hash, ...more }
}
/** Other content, with the hash that it then needs. */
const forged = (more: object): Pick<RawEvent, "bytes" | "hash"> => {
  const bytes = canonicalJson({ ...JSON.parse(second?.bytes ?? ""), ...more })
  return { bytes, hash: hash("sha256", bytes) }
}

it("what ends as an event and is no JSON is a flaw in the service's own streams, and to who reads it all", () => {
  const bytes = (own: NewEvent | undefined) => `{${own?.bytes}`
  const [own] = chain("certreg-log", noStream, [stored], origin, Date.now())
  expect(flawOf(rawOf(own, { bytes: bytes(own), hash: hash("sha256", bytes(own)) }))).toBe("other_bytes")
  expect([isReadable(rawOf(first)), isReadable(rawOf(first, { bytes: bytes(first) }))]).toEqual([true, false])
})

describe("an event", () => {
  const predecessor = first?.hash ?? ""

  it("as it was written has none", () => {
    expect(flawOf(rawOf(first))).toBeUndefined()
    expect(flawOf(rawOf(second, { predecessor }))).toBeUndefined()
  })

  it("that says less to who finds its members than to who reads them has none either", () => {
    for (const more of [{ writer: "later" }, { type: 'No"ted' }, { recordedAt: "soon" }, { version: "x" }])
      expect(flawOf(rawOf(second, { predecessor, ...forged(more) }))).toBeUndefined()
  })

  it.each([
    ["other_bytes", { predecessor, bytes: (second?.bytes ?? "").replace("Noted", "Voted") }],
    ["other_bytes", { predecessor, hash: predecessor }],
    ["other_place", { predecessor, revision: 2 }],
    ["other_place", { predecessor, stream: "t" }],
    ["other_place", { predecessor, ...forged({ stream: "t" }) }],
    ["other_place", { predecessor, ...forged({ revision: "1" }) }],
    ["other_place", { predecessor, stream: `t","stream":"registration-s` }],
    ["other_place", { predecessor, position: 0 }],
    ["missing_predecessor", {}],
    ["other_predecessor", { predecessor: "0".repeat(64) }],
    ["other_predecessor", { predecessor, ...forged({ previousHash: "0".repeat(64) }) }],
    ["foreign", { predecessor, isForeign: true } as const]
  ])("has the flaw %s", (flaw, more) => {
    expect(flawOf(rawOf(second, more))).toBe(flaw)
  })
})
