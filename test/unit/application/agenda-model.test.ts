import { describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Layer, Schema } from "effect"
import { expect } from "vitest"
import { Agenda } from "../../../src/application/driving/agenda.ts"
import { settingsWith } from "../../support/settings.ts"
import { dueRow } from "./agenda-rows.ts"

const sweepInterval = 5000
const Move = Schema.Struct({
  kind: Schema.Literals(["change", "take", "finish", "pass", "sweep"]),
  id: Schema.Literals(["a", "b", "c", "d"]),
  /** Milliseconds from now. */
  millis: Schema.Literals([0, 0, 0, 1, 700, 5000, 5001, 60_000]),
  /** Whether a change leaves nothing to be done, or an end leaves the rest for later. */
  odd: Schema.Boolean,
  /** Whether what ends did not see the changes since it was taken. */
  stale: Schema.Boolean
})
const moves = Arbitrary.array(Arbitrary.schema(Move), { minLength: 20, maxLength: 60 })
type Move = typeof Move.Type

/** The rows as the projection saves them, and what must be looked at without another sweep. */
class Model {
  now = 0
  readonly rows = new Map<string, { revision: number; dueAt: number | undefined }>()
  /** With the revision that was there when it was taken. */
  readonly running = new Map<string, number>()
  readonly expected = new Map<string, { revision: number; dueAt: number }>()
  readonly agenda: Agenda["Service"]

  constructor(agenda: Agenda["Service"]) {
    this.agenda = agenda
  }

  play({ kind, id, millis, odd, stale }: Move): void {
    switch (kind) {
      case "pass":
        this.now += millis
        return
      case "change":
        this.change(id, odd ? undefined : this.now + millis)
        return
      case "take":
        this.take()
        return
      case "finish":
        this.finishFirst(odd ? this.now + Math.min(millis, sweepInterval) : undefined, stale)
        return
      case "sweep": {
        const due = [...this.rows].flatMap(([id, { revision, dueAt }]) =>
          dueAt !== undefined && dueAt <= this.now + sweepInterval
            ? [{ id, revision, dueAt, tries: 0, reconciledIn: 0 }]
            : []
        )
        this.agenda.sweep(due, this.now, Number.POSITIVE_INFINITY)
        for (const { id, revision, dueAt } of due)
          if (!this.running.has(id) && !this.expected.has(id)) this.expected.set(id, { revision, dueAt })
      }
    }
  }

  change(id: string, dueAt: number | undefined): void {
    const revision = (this.rows.get(id)?.revision ?? -1) + 1
    this.rows.set(id, { revision, dueAt })
    const { dueAt: none, ...row } = dueRow(id, revision)
    this.agenda.offer([dueAt === undefined ? row : { ...row, dueAt }], this.now, this.now + sweepInterval)
    this.expected.delete(id)
    if (dueAt !== undefined && dueAt <= this.now + sweepInterval) this.expected.set(id, { revision, dueAt })
  }

  take(): boolean {
    const work = this.agenda.take(this.now)
    if (!work) return false
    expect(this.running.has(work.id), "not twice at once").toBe(false)
    expect(work.dueAt, "not before its time").toBeLessThanOrEqual(this.now)
    this.running.set(work.id, this.rows.get(work.id)?.revision ?? -1)
    expect(this.running.size).toBeLessThanOrEqual(2)
    if ((this.expected.get(work.id)?.revision ?? -1) <= work.revision) this.expected.delete(work.id)
    return true
  }

  finishFirst(againAt: number | undefined, stale: boolean): void {
    const [first] = this.running.keys()
    if (first !== undefined) this.finish(first, againAt, stale)
  }

  finish(id: string, againAt: number | undefined, stale: boolean): void {
    const newest = this.rows.get(id)?.revision ?? -1
    const revision = stale ? (this.running.get(id) ?? -1) : newest
    this.running.delete(id)
    if (revision === newest) {
      this.rows.set(id, { revision, dueAt: againAt })
      this.expected.delete(id)
      if (againAt !== undefined) this.expected.set(id, { revision, dueAt: againAt })
    }
    this.agenda.finish(
      id,
      revision,
      againAt === undefined ? undefined : { id, revision, dueAt: againAt, tries: 1, reconciledIn: 0 }
    )
  }

  /** Lets time pass until nothing is left, without another sweep. */
  drain(): void {
    for (let rest = 1000; rest > 0; rest--) {
      while (this.take());
      for (const id of [...this.running.keys()]) this.finish(id, undefined, false)
      this.now = Math.min(this.agenda.nextAt, this.now + sweepInterval)
      if (this.expected.size === 0) return
    }
  }
}

describe("the agenda", () => {
  it.effect.prop(
    "loses nothing, takes nothing twice at once, and nothing before its time",
    [moves],
    ([all]) =>
      Agenda.use((agenda) =>
        Effect.sync(() => {
          const model = new Model(agenda)
          for (const move of all) model.play(move)
          model.drain()
          expect([...model.expected.keys()]).toEqual([])
        })
      ).pipe(Effect.provide(Agenda.layer.pipe(Layer.provide(settingsWith({ esignConcurrency: 2 }))), { local: true })),
    { arbitrary: { runs: 500, size: 60 } }
  )
})
