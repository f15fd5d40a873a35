import { describe, expect, it } from "vitest"
import { asOf, readAsOf } from "../../../src/application/history/as-of.ts"
import { foldOnto, type Loaded, nothing } from "../../../src/application/history/loaded.ts"
import { type StoredEvent, tipOf } from "../../../src/application/ports/event-store.ts"
import { encodeEvent } from "../../../src/domain/registration/event-codec.ts"
import type { RegistrationEvent } from "../../../src/domain/registration/events.ts"
import * as e from "../../support/registration-events.ts"
import { newEvent } from "../../support/stored-events.ts"

const stream = "registration-r"
const at = (second: number, millis = "000") => `2026-11-23T10:00:0${second}.${millis}Z`

const stored = (event: RegistrationEvent, revision: number, second: number): StoredEvent => {
  const { bytes, ...shape } = newEvent(stream, revision)
  return { ...shape, ...encodeEvent(event), recordedAt: at(second) }
}
/** Two of them came in one append. */
const events = [
  stored(e.requested, 0, 1),
  stored(e.urlsClaimed(), 1, 2),
  stored(e.urlsIssued(), 2, 2),
  stored({ _tag: "Withdrawn", reason: "other" }, 3, 4)
]
const loadedOf = (all: ReadonlyArray<StoredEvent>): Loaded => {
  const last = all.at(-1)
  if (!last) throw new Error("there is nothing")
  return foldOnto(nothing, all, tipOf(last))
}
const whole = loadedOf(events)

/** How many events there were, and what they had come to. */
const then = (text: string, loaded = whole) => {
  const point = readAsOf(text)
  if (!point) throw new Error("it is no point")
  const was = asOf(loaded, point)
  return was && [was.events.length, was.state._tag, was.tip._tag === "At" && was.tip.revision]
}

describe("a registration as it was", () => {
  it("at a revision has the events up to it", () => {
    expect(["0", "1", "2", "3"].map((revision) => then(revision))).toEqual([
      [1, "Requested", 0],
      [2, "Requested", 1],
      [3, "AwaitingImages", 2],
      [4, "Withdrawn", 3]
    ])
  })

  it("at a time has those that were recorded until then, and those of that very time", () => {
    expect(then(at(1))).toEqual([1, "Requested", 0])
    expect(then(at(1, "999"))).toEqual([1, "Requested", 0])
    expect(then(at(2))).toEqual([3, "AwaitingImages", 2])
    expect(then("2026-11-23T17:00:03+07:00")).toEqual([3, "AwaitingImages", 2])
    expect(then(at(4))).toEqual([4, "Withdrawn", 3])
  })

  it("after its last event is as it is now, and before the first there is none", () => {
    for (const text of ["4", "99999999999999999999", at(5)])
      expect(asOf(whole, readAsOf(text) ?? { revision: 0 })).toBe(whole)
    expect(then(at(0, "999"))).toBeUndefined()
  })

  it("tells of what nobody can read once the point has reached it", () => {
    const unreadable = loadedOf(events.map((event) => (event.revision === 2 ? { ...event, version: 99 } : event)))
    expect(unreadable.unreadable).toMatchObject({ revision: 2 })
    expect(asOf(unreadable, { revision: 1 })).not.toHaveProperty("unreadable")
    expect(asOf(unreadable, { revision: 2 })?.unreadable).toMatchObject({ revision: 2 })
    const cut: Loaded = { ...loadedOf(events.slice(0, 3)), unreadable: { _tag: "LostEvent", stream, revision: 3 } }
    expect(asOf(cut, { revision: 1 })).not.toHaveProperty("unreadable")
    expect(asOf(cut, { revision: 3 })?.unreadable).toMatchObject({ revision: 3 })
  })
})

it.each(["", "-1", "1.5", "+1", "0x1", " 1", "2026-11-23", "2026-11-23T10:00:00", "2026-02-30T10:00:00Z", "now"])(
  "%j is no point in a history",
  (text) => expect(readAsOf(text)).toBeUndefined()
)
