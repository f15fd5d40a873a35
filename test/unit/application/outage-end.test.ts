import { describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { expect } from "vitest"
import { Agenda } from "../../../src/application/driving/agenda.ts"
import { backOff } from "../../../src/application/driving/back-off.ts"
import { Gate } from "../../../src/application/driving/gate.ts"
import type { Due } from "../../../src/application/ports/views.ts"
import { settingsWith } from "../../support/settings.ts"
import { dueRow } from "./agenda-rows.ts"

const concurrency = 64
const kind = "urls"
const waiting = 5000
const minute = 60_000
/** Milliseconds. */
const callTime = 100
const tick = 10
const sweepInterval = 5000

type Event = { readonly at: number; readonly run: () => void }

/** Agenda and gate as the driver uses them, in simulated time, before a platform that is down until `upAt`. */
class Driving {
  now = 0
  readonly called: Array<{
    readonly id: string
    readonly at: number
    readonly dueAt: number
    readonly underWay: number
  }> = []
  readonly done = new Set<string>()
  readonly #agenda: Agenda["Service"]
  readonly #gate: Gate["Service"]
  readonly #upAt: number
  readonly #rows = new Map<string, Due>()
  readonly #events: Array<Event> = []
  #underWay = 0

  constructor(agenda: Agenda["Service"], gate: Gate["Service"], upAt: number) {
    this.#agenda = agenda
    this.#gate = gate
    this.#upAt = upAt
  }

  /** A registration that waits since long: a sweep finds it. */
  wait(id: string, dueAt: number): void {
    this.#rows.set(id, { id, revision: 0, dueAt, tries: 0, reconciledIn: 0 })
  }

  /** One that was requested just now. */
  request(id: string): void {
    this.wait(id, this.now)
    this.#agenda.offer([dueRow(id, 0, this.now)], this.now, this.now + sweepInterval)
  }

  at(at: number, run: () => void): void {
    this.#events.push({ at, run })
  }

  /** `requests`: so many new ones come with each tick. */
  runUntil(end: number, requests = 0): void {
    for (let sweepAt = this.now; this.now < end; this.now += tick) {
      const due = this.#events.filter(({ at }) => at <= this.now)
      for (const event of due) this.#events.splice(this.#events.indexOf(event), 1)
      for (const { run } of due) run()
      for (let n = 0; n < requests; n++) this.request(`new-${this.now}-${n}`)
      if (this.now >= sweepAt) {
        sweepAt += sweepInterval
        const until = this.now + sweepInterval
        const rows = [...this.#rows.values()].filter(({ dueAt }) => dueAt <= until)
        rows.sort((one, other) => one.dueAt - other.dueAt)
        this.#agenda.sweep(rows.slice(0, 1000 + this.#agenda.size), this.now, until)
      }
      for (let work = this.#agenda.take(this.now); work; work = this.#agenda.take(this.now)) this.#step(work)
    }
  }

  #step(work: Due): void {
    if (!this.#gate.enter(kind, this.now)) {
      this.#putOff(work)
      return
    }
    this.called.push({ id: work.id, at: this.now, dueAt: work.dueAt, underWay: ++this.#underWay })
    this.at(this.now + callTime, () => {
      this.#underWay--
      if (this.now < this.#upAt) {
        this.#gate.failed(kind, this.now, "http_503")
        this.#putOff(work)
        return
      }
      this.#gate.answered(kind)
      this.done.add(work.id)
      this.#rows.delete(work.id)
      this.#agenda.finish(work.id, work.revision + 1)
    })
  }

  #putOff({ id, revision, tries, reconciledIn }: Due): void {
    const again = { id, revision, dueAt: this.now + backOff(tries, minute), tries: tries + 1, reconciledIn }
    const isShort = again.dueAt - this.now <= sweepInterval
    const isKept = this.#agenda.finish(id, revision, isShort ? again : undefined)
    if (!(isShort && isKept)) this.#rows.set(id, again)
  }
}

describe("the end of an outage with 5,000 registrations that wait", () => {
  it.effect("is no storm, forgets nobody, and new ones do not come before old ones", () =>
    Effect.gen(function* () {
      const upAt = 2 * minute
      const driving = new Driving(yield* Agenda, yield* Gate, upAt)
      for (let i = 0; i < waiting; i++) driving.wait(`old-${i}`, i - waiting)

      driving.runUntil(upAt)
      const during = driving.called.filter(({ at }) => at > 1000)
      expect(during.length).toBeGreaterThan(4)
      expect(during.length).toBeLessThan(20)
      expect(new Set(during.map(({ underWay }) => underWay))).toEqual(new Set([1]))

      const before = driving.called.length
      while (driving.done.size === 0) driving.runUntil(driving.now + tick)
      const foundOut = driving.now
      // New ones come faster than they can be called.
      driving.runUntil(foundOut + 12_000, 10)
      driving.runUntil(foundOut + 75_000)
      const after = driving.called.slice(before)
      expect([...driving.done].filter((id) => id.startsWith("old")).length).toBe(waiting)
      // Nobody is called before one was answered, and then never more than twice as many as were answered.
      for (const [n, { at, underWay }] of after.entries()) {
        const answered = after.slice(0, n).filter((one) => one.at + callTime <= at).length
        if (answered < 7) expect(underWay, `call ${n}`).toBeLessThanOrEqual(2 ** answered)
      }
      expect(Math.max(...after.map(({ underWay }) => underWay))).toBeLessThanOrEqual(concurrency)
      // Once all may be under way, old ones have their turn when their pauses are over, although new ones have to queue.
      const waits = (prefix: string) =>
        after.flatMap(({ id, at, dueAt }) =>
          id.startsWith(prefix) && at > foundOut + sweepInterval ? [at - dueAt] : []
        )
      expect(Math.max(...waits("old"))).toBeLessThan(Math.max(...waits("new")) / 2)
    }).pipe(
      Effect.provide(
        Layer.mergeAll(Agenda.layer, Gate.layer).pipe(
          Layer.provide(settingsWith({ esignConcurrency: concurrency, retryMaxDelay: minute, sweepInterval }))
        )
      )
    )
  )
})
