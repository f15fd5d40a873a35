import { hash } from "node:crypto"
import { describe, expect, it } from "vitest"
import { chain, firstPreviousHash } from "../../../src/application/history/chain.ts"
import { type NewEvent, noStream, type StoredEvent, tipOf } from "../../../src/application/ports/event-store.ts"
import { rfc8785 } from "../../support/rfc.ts"

const actor = { kind: "client", id: "acme" } as const
const origin = { actor, correlationId: "c1" }
const now = Date.parse("2026-11-25T10:00:00.123Z")
const data = (...notes: ReadonlyArray<string>) =>
  notes.map((note) => ({ type: "Noted", version: 1, data: { note, about: { b: 1, a: [2, 1] } } }))

const proves = ({ bytes, ...event }: NewEvent): void => {
  const { hash: ownHash, ...content } = event
  expect(JSON.parse(bytes)).toEqual(content)
  expect(bytes).toBe(rfc8785(content))
  expect(ownHash).toBe(hash("sha256", bytes))
}

describe("the chain", () => {
  const first = chain("registration-1", noStream, data("naïve “note” 𝄞"), origin, now)

  it("begins a stream", () => {
    expect(first).toHaveLength(1)
    expect(first[0]).toMatchObject({
      stream: "registration-1",
      revision: 0,
      type: "Noted",
      version: 1,
      recordedAt: "2026-11-25T10:00:00.123Z",
      actor,
      correlationId: "c1",
      previousHash: firstPreviousHash
    })
    expect(firstPreviousHash).toMatch(/^0{64}$/)
    expect(first[0]).not.toHaveProperty("causationId")
    first.forEach(proves)
  })

  it("goes on from the tip, through all events of an append", () => {
    const last = first[0] as NewEvent
    const next = chain(
      "registration-1",
      tipOf(last),
      data("one", "two", "three"),
      { ...origin, causationId: last.id },
      now + 5
    )
    expect(next.map(({ revision }) => revision)).toEqual([1, 2, 3])
    expect(next.map(({ previousHash }) => previousHash)).toEqual([last.hash, next[0]?.hash, next[1]?.hash])
    expect(next.map(({ causationId }) => causationId)).toEqual([last.id, last.id, last.id])
    expect(new Set(next.map(({ recordedAt }) => recordedAt))).toEqual(new Set(["2026-11-25T10:00:00.128Z"]))
    next.forEach(proves)
  })

  it("does not go back when the clock does", () => {
    const tip = tipOf(first[0] as StoredEvent)
    const times = chain("registration-1", tip, data("one", "two"), origin, now - 86_400_000).map(
      (event) => event.recordedAt
    )
    expect(times).toEqual(["2026-11-25T10:00:00.123Z", "2026-11-25T10:00:00.123Z"])
    expect(chain("registration-1", tip, data("one"), origin, now + 1)[0]?.recordedAt).toBe("2026-11-25T10:00:00.124Z")
  })

  it("makes new ids each time: UUIDv7 that grow", () => {
    const ids = [first, chain("registration-1", noStream, data("again", "and again"), origin, now)]
      .flat()
      .map(({ id }) => id)
    expect(new Set(ids).size).toBe(3)
    expect(ids).toEqual(ids.toSorted())
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it("is broken by any change of a content", () => {
    const [event] = first as [NewEvent]
    expect(hash("sha256", event.bytes.replace("acme", "acmE"))).not.toBe(event.hash)
  })
})
