import { readdirSync, readFileSync } from "node:fs"
import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { decodeEvent, encodeEvent, type StoredData, storedNames } from "../../../src/domain/registration/event-codec.ts"
import { goldenEvents } from "../../support/golden-events.ts"

const folder = new URL("../../golden/", import.meta.url)
const golden = (name: string): ReadonlyArray<StoredData> =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"))
const place = { stream: "registration-1", revision: 7 }
const at = { ...place, recordedAt: "2026-11-25T10:00:00.000Z" }

describe("what was stored once is read for ever", () => {
  it("every stored name has its golden file, and every file its name", () => {
    expect(readdirSync(folder).sort()).toEqual(storedNames.map((name) => `${name}.json`).sort())
  })

  it.each(storedNames)("%s", (name) => {
    const stored = golden(name)
    expect(stored.map(({ type, version }) => `${type}.v${version}`)).toEqual(stored.map(() => name))
    expect(stored.map((event) => Result.getOrThrow(decodeEvent(event, at)))).toEqual(goldenEvents[name])
  })

  it("today's shape is written as the file of the latest version says", () => {
    const latest = new Map(storedNames.map((name) => [name.replace(/\.v\d+$/, ""), name]))
    for (const name of latest.values()) expect(goldenEvents[name].map(encodeEvent)).toEqual(golden(name))
  })
})

describe("an event that this version cannot read", () => {
  const secret = "3174096112900001"
  const unreadable: ReadonlyArray<readonly [name: string, event: StoredData]> = [
    ["an unknown type", { type: "Suspended", version: 1, data: { note: secret } }],
    ["a later version", { type: "Confirmed", version: 2, data: { submissionId: secret, knownBy: "poll" } }],
    ["a version that is none", { type: "Confirmed", version: 1.5, data: { submissionId: secret, knownBy: "poll" } }],
    ["a member of every object", { type: "constructor", version: 1, data: {} }],
    ["a field that is missing", { type: "Confirmed", version: 1, data: { submissionId: secret } }],
    ["a field of another type", { type: "ImagesUploaded", version: 1, data: { submissionId: { secret } } }],
    ["a word that is none", { type: "Confirmed", version: 1, data: { submissionId: "s1", knownBy: secret } }],
    ["null", { type: "Failed", version: 1, data: { by: "us", reasonCode: null } }],
    ["another type inside", { type: "Expired", version: 1, data: { _tag: "Withdrawn", reason: secret } }]
  ]

  it.each(unreadable)("%s: named by its place, silent about its content", (_, event) => {
    const failure = Result.merge(decodeEvent(event, at))
    expect(failure).toEqual({ _tag: "UnreadableEvent", ...place, storedName: `${event.type}.v${event.version}` })
    expect(JSON.stringify(failure)).not.toContain(secret)
  })

  it.each(["", "yesterday", "2026-11-25", "2026-13-25T10:00:00.000Z", "2026-11-25T10:00:00.000+07:00"])(
    "one that was recorded at the time %j",
    (recordedAt) => {
      const event = { type: "Expired", version: 1, data: {} }
      const failure = Result.merge(decodeEvent(event, { ...place, recordedAt }))
      expect(failure).toEqual({ _tag: "UnreadableEvent", ...place, storedName: "Expired.v1" })
    }
  )

  it("fields that nobody knows yet do no harm", () => {
    const stored: StoredData = { type: "Expired", version: 1, data: { note: "of a later release" } }
    expect(decodeEvent(stored, at)).toEqual(Result.succeed({ _tag: "Expired" }))
  })
})
