import { describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { afterEach, beforeEach, expect, vi } from "vitest"
import { Failures } from "../../../src/application/driving/failures.ts"
import { Gate, type Kind } from "../../../src/application/driving/gate.ts"
import { isTooLong } from "../../../src/application/driving/give-up.ts"
import type { DueStep } from "../../../src/application/driving/stepped.ts"
import { noStream } from "../../../src/application/ports/event-store.ts"
import { TrustedClock } from "../../../src/application/trusted-clock.ts"
import type { RegistrationEvent } from "../../../src/domain/registration/events.ts"
import { initial, type Registration } from "../../../src/domain/registration/registration.ts"
import { foldOn } from "../../support/given.ts"
import * as e from "../../support/registration-events.ts"
import { settingsWith } from "../../support/settings.ts"

const minute = 60_000
const hour = 3_600_000
const day = 24 * hour
const began = 1_000_000 * hour

/** Milliseconds since this process began, and by which the wall clock jumped since. */
let life = 0
let jumped = 0
const wall = () => began + life + jumped

beforeEach(() => {
  life = 0
  jumped = 0
  vi.spyOn(performance, "now").mockImplementation(() => life)
  vi.spyOn(Date, "now").mockImplementation(wall)
})
afterEach(() => vi.restoreAllMocks())

const complete = [
  e.requested,
  e.urlsClaimed(),
  e.urlsIssued(),
  e.imageUploaded("ktp", "a"),
  e.imageUploaded("selfie", "b")
]
const requestedOnly = [e.requested]
const ready = [...complete, e.imagesUploaded()]
const confirming = [...ready, e.confirmClaimed()]
const awaitingImages = [e.requested, e.urlsClaimed(), e.urlsIssued()]
const awaitingVerdict = [...confirming, e.confirmed()]

/** A registration whose wait began so many milliseconds ago. */
const waiting = (events: ReadonlyArray<RegistrationEvent>, since: number): DueStep => ({
  id: "r",
  state: foldOn(initial, events, wall() - since) as Registration,
  tip: noStream,
  revision: events.length - 1,
  tries: 0,
  isReconciled: true,
  now: wall()
})

const layersWith = (settings: Parameters<typeof settingsWith>[0]) =>
  Layer.mergeAll(Gate.layer, Failures.layer, TrustedClock.layer).pipe(Layer.provideMerge(settingsWith(settings)))
const layers = layersWith({ giveUpAfter: 7 * day })
const test = (name: string, body: Effect.Effect<void, never, Layer.Success<typeof layers>>) =>
  it.effect(name, () => body.pipe(Effect.provide(layers)))

const isGivenUp = (due: DueStep, kind: Kind = "urls") => isTooLong(due, kind, wall())
const trusted = TrustedClock.use(({ compare }) => Effect.sync(() => compare(wall(), wall())))
const kindFails = (kind: Kind, times = 5) =>
  Gate.use((gate) =>
    Effect.sync(() => {
      for (let n = 0; n < times; n++) {
        gate.enter(kind, life)
        gate.failed(kind, life, "http_500")
      }
    })
  )
const itFails = (times = 3) =>
  Failures.use(({ failed }) =>
    Effect.sync(() => {
      for (let n = 0; n < times; n++) failed("r", "urls", life, "http_500")
    })
  )
const kindIsAnswered = (kind: Kind) =>
  Gate.use((gate) =>
    Effect.sync(() => {
      gate.enter(kind, life + hour)
      gate.answered(kind)
    })
  )

describe("an outage is too long", () => {
  test(
    "for what waits longer than GIVE_UP_AFTER, once this process saw it for a day",
    Effect.gen(function* () {
      yield* trusted
      yield* kindFails("urls")
      life = day - 1
      expect(yield* isGivenUp(waiting(requestedOnly, 8 * day))).toBe(false)
      life = day
      expect(yield* isGivenUp(waiting(requestedOnly, 8 * day))).toBe(true)
      expect(yield* isGivenUp(waiting(requestedOnly, 7 * day))).toBe(false)
    })
  )

  test(
    "not after two failures of its own, or four of others, however long ago",
    Effect.gen(function* () {
      yield* trusted
      yield* kindFails("urls", 4)
      yield* itFails(2)
      life = 30 * day
      expect(yield* isGivenUp(waiting(requestedOnly, 30 * day))).toBe(false)
    })
  )

  test(
    "for the one whose calls alone fail, while all others get through",
    Effect.gen(function* () {
      yield* trusted
      yield* itFails()
      life = day
      yield* kindIsAnswered("urls")
      expect(yield* isGivenUp(waiting(requestedOnly, 8 * day))).toBe(true)
      expect(yield* isGivenUp({ ...waiting(requestedOnly, 8 * day), id: "another" })).toBe(false)
    })
  )

  it.effect("not by the failures of others while its own could still come", () =>
    Effect.gen(function* () {
      yield* trusted
      yield* kindFails("urls")
      life = 5 * minute - 1
      expect(yield* isGivenUp(waiting(requestedOnly, hour))).toBe(false)
      yield* itFails()
      life = 5 * minute
      expect(yield* isGivenUp(waiting(requestedOnly, hour))).toBe(true)
      expect(yield* isGivenUp({ ...waiting(requestedOnly, hour), id: "another" })).toBe(true)
    }).pipe(Effect.provide(layersWith({ giveUpAfter: 1 })))
  )

  test(
    "only of the kind of call that is waited for",
    Effect.gen(function* () {
      yield* trusted
      yield* kindFails("confirm")
      life = day
      const given = (events: ReadonlyArray<RegistrationEvent>, kind: Kind) => isGivenUp(waiting(events, 8 * day), kind)
      expect(yield* given(requestedOnly, "urls")).toBe(false)
      expect([yield* given(ready, "confirm"), yield* given(confirming, "confirm")]).toEqual([true, true])
      // Its polls get through.
      expect(yield* given(confirming, "poll")).toBe(false)
      yield* kindFails("urls")
      yield* kindFails("poll")
      life = 3 * day
      expect([yield* given(awaitingImages, "urls"), yield* given(awaitingVerdict, "poll")]).toEqual([false, false])
    })
  )

  test(
    "also where nobody ever told the time: by the clock that did not jump in the life of this process",
    Effect.gen(function* () {
      yield* kindFails("urls")
      life = 7 * day
      expect(yield* isGivenUp(waiting(requestedOnly, 400 * day))).toBe(false)
      life = 7 * day + 1
      expect(yield* isGivenUp(waiting(requestedOnly, 400 * day))).toBe(true)
      expect(yield* isGivenUp(waiting(requestedOnly, day))).toBe(false)
    })
  )

  test(
    "not by a clock that jumped, until the platform agrees with it",
    Effect.gen(function* () {
      yield* trusted
      yield* kindFails("urls")
      life = 6 * day
      const due = waiting(requestedOnly, 6 * day)
      jumped = 400 * day
      expect(yield* isGivenUp(due)).toBe(false)
      yield* trusted
      expect(yield* isGivenUp(due)).toBe(true)
    })
  )
})
