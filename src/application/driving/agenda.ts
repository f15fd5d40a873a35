import { Context, Effect, Layer } from "effect"
import { Bell } from "../bell.ts"
import { BoundedMap } from "../bounded-map.ts"
import type { Due, Row } from "../ports/views.ts"
import { Settings } from "../settings.ts"

/** How much work is kept in memory; what does not fit stays in the rows, and is found by the next sweep. */
const most = 10_000

/**
 * What the driver is to look at, and when. It holds no truth: all of it is found again in the rows. Fresh work is what a change made due
 * just now; overdue work was found by a sweep, or was put off.
 */
export class Agenda extends Context.Service<Agenda, Work>()("certreg/application/driving/Agenda") {
  static readonly layer = Layer.effect(
    Agenda,
    Effect.map(Settings, ({ esignConcurrency }) => new Work(esignConcurrency))
  )
}

class Work {
  readonly #fresh = new Map<string, Due>()
  readonly #overdue = new Map<string, Due>()
  readonly #later = new Map<string, Due>()
  readonly #running = new Map<string, { readonly isFresh: boolean; offered?: Due }>()
  /** The revision at which a registration was looked at last: a row that is not newer has nothing to say. */
  readonly #seen = new BoundedMap<string, number>(most)
  /** Put off in their rows, by a revision whose row may not be there yet. */
  readonly #putOff = new BoundedMap<string, Due>(most)
  readonly #concurrency: number
  readonly #freshAtMost: number
  #freshRunning = 0
  #freshInARow = 0
  #nextAt = Number.POSITIVE_INFINITY
  readonly #bell = new Bell()

  /** `concurrency`: how many run at once; while anything is overdue, three quarters at most of them, and of what starts, are fresh. */
  constructor(concurrency: number) {
    this.#concurrency = concurrency
    this.#freshAtMost = Math.max(1, Math.floor((concurrency * 3) / 4))
  }

  /** Takes rows that were saved just now; those that are due by `until` at the latest. */
  offer(rows: ReadonlyArray<Row>, now: number, until: number): void {
    for (const { id, revision, dueAt, reconciledIn } of rows) {
      if ((this.#seen.get(id) ?? -1) >= revision) continue
      this.#later.delete(id)
      if (dueAt === undefined || dueAt > until) continue
      const work = { id, revision, dueAt, tries: 0, reconciledIn }
      if (dueAt > now) this.#schedule(work)
      else this.#add(work, this.#fresh)
    }
  }

  /** Takes what a sweep found, longest overdue first: what is due by `until`, some of it soon only. */
  sweep(due: ReadonlyArray<Due>, now: number, until: number): void {
    // Nothing that is kept here lasts longer than a sweep: the wall clock went back.
    for (const work of this.#later.values()) if (work.dueAt > until) this.#ripe(work)
    for (const work of due) {
      const { id, revision } = work
      if (this.#later.has(id) || this.#fresh.has(id)) continue
      const putOff = this.#putOff.get(id)
      // Its row may not say so: it could not be written.
      const known = putOff?.revision === revision && putOff.dueAt > work.dueAt ? putOff : work
      if (known.dueAt > until) continue
      if (known.dueAt > now) this.#schedule(known)
      else this.#add(known, this.#overdue)
    }
  }

  /** The next registration to look at, if one is due and may run now. It runs until `finish`. */
  take(now: number): Due | undefined {
    this.#ripen(now)
    if (this.#running.size >= this.#concurrency) return undefined
    const enoughFresh = this.#freshRunning >= this.#freshAtMost || this.#freshInARow >= 3
    return (
      this.#start(enoughFresh && this.#overdue.size > 0 ? this.#overdue : this.#fresh) ?? this.#start(this.#overdue)
    )
  }

  /**
   * It was looked at in the state of a revision; when it is put off, it is looked at again then, or at its next change. Answers whether it
   * is: what does not fit has to be put off in its row.
   */
  finish(id: string, revision: number, again?: Due): boolean {
    const run = this.#running.get(id)
    if (run?.isFresh) this.#freshRunning--
    this.#running.delete(id)
    this.#seen.set(id, revision)
    const isKept = this.#finished(revision, run?.offered, again)
    this.#bell.ring()
    return isKept
  }

  #finished(revision: number, offered: Due | undefined, again: Due | undefined): boolean {
    if (!offered || offered.revision <= revision) return again === undefined || this.#schedule(again)
    this.#add(offered, this.#fresh)
    return true
  }

  /** It is put off for longer than it is kept here. Told before it is written: whoever saves the row of this revision later has to know. */
  putOff(work: Due): void {
    this.#putOff.set(work.id, work)
  }

  /** They were put off by a clock that was ahead. */
  forgetPutOffs(): void {
    this.#putOff.clear()
  }

  /** Until when it is put off at a revision, if it is. */
  putOffUntil(id: string, revision: number): number | undefined {
    const work = this.#putOff.get(id)
    return work?.revision === revision ? work.dueAt : undefined
  }

  /** How many are here: their rows are due all the same. */
  get size(): number {
    return this.#fresh.size + this.#overdue.size + this.#later.size + this.#running.size
  }

  /** Milliseconds since 1970 of the next thing that is not due yet; Infinity when there is none. */
  get nextAt(): number {
    return this.#nextAt
  }

  /** Returns when there may be something to take, or after `millis`. */
  wait(millis: number): Effect.Effect<void> {
    return this.#bell.wait(millis)
  }

  #add(work: Due, line: Map<string, Due>): void {
    const run = this.#running.get(work.id)
    if (run) run.offered = work
    else if (line.size < most) line.set(work.id, work)
    this.#bell.ring()
  }

  #schedule(work: Due): boolean {
    if (this.#later.size >= most) return false
    this.#later.set(work.id, work)
    if (work.dueAt < this.#nextAt) {
      this.#nextAt = work.dueAt
      this.#bell.ring()
    }
    return true
  }

  #ripen(now: number): void {
    if (now < this.#nextAt) return
    this.#nextAt = Number.POSITIVE_INFINITY
    for (const work of this.#later.values()) {
      if (work.dueAt > now) this.#nextAt = Math.min(this.#nextAt, work.dueAt)
      else this.#ripe(work)
    }
  }

  #ripe(work: Due): void {
    this.#later.delete(work.id)
    this.#add(work, this.#overdue)
  }

  #start(line: Map<string, Due>): Due | undefined {
    const { value: work, done } = line.values().next()
    if (done) return undefined
    this.#fresh.delete(work.id)
    this.#overdue.delete(work.id)
    const isFresh = line === this.#fresh
    if (isFresh) this.#freshRunning++
    this.#freshInARow = isFresh ? this.#freshInARow + 1 : 0
    this.#running.set(work.id, { isFresh })
    return work
  }
}
