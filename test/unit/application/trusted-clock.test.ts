import { describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { TrustedClock } from "../../../src/application/trusted-clock.ts"

const minutes = 60_000
/** Room for the time that the test itself takes. */
const some = 10_000
const wall = Date.parse("2026-11-25T10:00:00.000Z")

const clock = (name: string, test: (clock: TrustedClock["Service"]) => void) =>
  it.effect(name, () =>
    TrustedClock.use((clock) => Effect.sync(() => test(clock))).pipe(Effect.provide(TrustedClock.layer))
  )

describe("our clock", () => {
  clock("is asked about once, on behalf of all who wait", ({ mayAsk }) => {
    expect([mayAsk(), mayAsk(), mayAsk()]).toEqual([true, false, false])
  })

  clock("is not trusted before anybody confirmed it", ({ isTrusted }) => {
    expect(isTrusted(wall)).toBe(false)
  })

  clock("is trusted when a server agrees within five minutes, whichever is ahead", ({ compare, isTrusted }) => {
    for (const difference of [0, 5 * minutes, -5 * minutes]) {
      compare(wall + difference, wall)
      expect(isTrusted(wall)).toBe(true)
    }
    for (const difference of [5 * minutes + 1, -5 * minutes - 1]) {
      compare(wall + difference, wall)
      expect(isTrusted(wall)).toBe(false)
    }
  })

  clock("is not trusted after a jump, and again when it jumped back", ({ compare, isTrusted }) => {
    compare(wall, wall)
    expect(isTrusted(wall + 5 * minutes - some)).toBe(true)
    expect(isTrusted(wall - 5 * minutes + some)).toBe(true)
    expect(isTrusted(wall + 5 * minutes + some)).toBe(false)
    expect(isTrusted(wall - 5 * minutes - some)).toBe(false)
    expect(isTrusted(wall)).toBe(true)
  })

  clock("is in doubt when it jumped, or servers disagree: by how much, until they agree again", (trusted) => {
    const { compare, doubt } = trusted
    const now = Date.now()
    // Nobody was asked yet, and it did not jump.
    expect([doubt(now), doubt(now + 4 * minutes)]).toEqual([undefined, undefined])
    const jumped = doubt(now + 400 * 24 * 60 * minutes)
    expect(Math.abs((jumped?.difference ?? 0) - 400 * 24 * 60 * minutes)).toBeLessThan(some)
    expect(doubt(now)).toBeUndefined()
    compare(now + 60 * minutes, now)
    const first = doubt(now)
    expect(Math.abs((first?.difference ?? 0) + 60 * minutes)).toBeLessThan(some)
    expect(doubt(now)?.since).toBe(first?.since)
    compare(now, now)
    expect(doubt(now)).toBeUndefined()
  })

  clock("measures what passed while it is trusted; after a jump nothing", ({ compare, elapsed }) => {
    const now = Date.now()
    compare(now, now)
    expect(elapsed(now - 60 * minutes, now)).toBe(60 * minutes)
    expect(elapsed(now, now + 60 * minutes)).toBe(0)
  })

  clock("measures, before anybody confirmed it, at most as long as this process lives", ({ elapsed }) => {
    const now = Date.now()
    const [short, long] = [elapsed(now - 1, now), elapsed(now - 400 * 24 * 60 * minutes, now)]
    expect(short).toBe(1)
    expect(long).toBeLessThanOrEqual(performance.now())
    expect(long).toBeGreaterThan(1)
  })

  clock("is trusted again when a server agrees after the jump", ({ compare, isTrusted }) => {
    compare(wall, wall)
    compare(wall + 60 * minutes, wall + 60 * minutes)
    expect(isTrusted(wall + 60 * minutes)).toBe(true)
  })
})
