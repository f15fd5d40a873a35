import { describe, expect, it } from "vitest"
import type { StoredEvent } from "../../src/application/ports/event-store.ts"
import { storedNames } from "../../src/domain/registration/event-codec.ts"
import { rfc8785 } from "../support/rfc.ts"
import { foldHistory } from "./fold-history.ts"
import { checksums, keptChecksums, readHistories, sha256Of } from "./history-files.ts"

const files = Object.keys(checksums())

/** Each event names its place, its own hash and that of its predecessor, as on the day it was written. */
const expectChain = (events: ReadonlyArray<StoredEvent>) => {
  let previousHash = "0".repeat(64)
  for (const [revision, { hash, ...content }] of events.entries()) {
    expect(content).toMatchObject({ revision, previousHash, stream: events[0]?.stream })
    expect(sha256Of(rfc8785(content))).toBe(hash)
    previousHash = hash
  }
}

describe("the histories of a release", () => {
  it("are kept to the byte, all of them (npm run release:histories adds those of a new version)", () => {
    expect(files.length).toBeGreaterThan(30)
    expect(checksums()).toEqual(keptChecksums())
  })

  it("come by everything that is stored and by every state", () => {
    const registrations = files.flatMap((path) => readHistories(path).registrations)
    const names = registrations.flatMap(({ events }) => events.map(({ type, version }) => `${type}.v${version}`))
    expect([...new Set(names)].sort()).toEqual(storedNames.toSorted())
    const ends = registrations.map(({ resource }) => Object(resource).state)
    expect(ends).toEqual(expect.arrayContaining(["issued", "rejected", "failed", "withdrawn", "expired"]))
    const steps = registrations.flatMap((one) => one.steps.map(({ _tag }) => _tag))
    expect([...new Set(steps)].sort()).toEqual(["Confirm", "Erase", "IssueUrls", "Nothing", "Poll", "WaitUntil"])
  })

  it.each(files)("replay for ever: %s", (path) => {
    const { pace, registrations } = readHistories(path)
    expect(registrations.length).toBeGreaterThan(0)
    for (const { resource, steps, events } of registrations) {
      expectChain(events)
      const folded = foldHistory(events, pace)
      expect(folded).toEqual({ resource, steps })
      expect(foldHistory(events, pace)).toEqual(folded)
    }
  })
})
