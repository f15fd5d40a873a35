import { describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer } from "effect"
import { expect } from "vitest"
import { Agenda } from "../../../src/application/driving/agenda.ts"
import type { Row } from "../../../src/application/ports/views.ts"
import { settingsWith } from "../../support/settings.ts"
import { dueRow, rowsDue } from "./agenda-rows.ts"

const minute = 60_000

type Work = Agenda["Service"]
const agenda = (name: string, concurrency: number, test: (agenda: Work) => Effect.Effect<void> | void) =>
  it.live(name, () =>
    Agenda.use((agenda) => test(agenda) ?? Effect.void).pipe(
      Effect.provide(Agenda.layer.pipe(Layer.provide(settingsWith({ esignConcurrency: concurrency }))))
    )
  )

/** Offers rows that are due, or are until the next sweep, at time 0. */
const offer = (agenda: Work, ...rows: ReadonlyArray<Row>) => agenda.offer(rows, 0, 5000)
const sweep = (agenda: Work, ...ids: ReadonlyArray<string>) =>
  agenda.sweep(rowsDue(...ids), 0, Number.POSITIVE_INFINITY)
/** Takes all that may run now. */
const taken = (agenda: Work, now = 0): ReadonlyArray<string> => {
  const ids: Array<string> = []
  for (let work = agenda.take(now); work; work = agenda.take(now)) ids.push(work.id)
  return ids
}

describe("a wall clock that is set back", () => {
  agenda("holds nothing back that was put off: the next sweep makes it due", 2, (agenda) => {
    offer(agenda, { ...dueRow("a"), dueAt: 4000 })
    agenda.sweep([], -3_600_000, -3_600_000 + 5000)
    expect(taken(agenda, -3_600_000)).toEqual(["a"])
  })
})

describe("what is taken", () => {
  agenda("fresh work in the order of its offers, as much as may run at once", 3, (agenda) => {
    offer(agenda, dueRow("a"), dueRow("b"), dueRow("c"), dueRow("d"))
    expect(taken(agenda)).toEqual(["a", "b", "c"])
    agenda.finish("b", 0)
    expect(taken(agenda)).toEqual(["d"])
  })

  agenda("overdue work, longest overdue first", 8, (agenda) => {
    sweep(agenda, "a", "b", "c")
    expect(taken(agenda)).toEqual(["a", "b", "c"])
  })

  agenda("at most three quarters fresh while anything is overdue", 8, (agenda) => {
    offer(agenda, ..."abcdefghij".split("").map((id) => dueRow(id)))
    sweep(agenda, "1", "2", "3")
    const first = taken(agenda)
    expect(first.filter((id) => /\d/.test(id))).toEqual(["1", "2"])
    for (const id of first) agenda.finish(id, 0)
    expect(taken(agenda).filter((id) => /\d/.test(id))).toEqual(["3"])
  })

  agenda("all fresh when nothing is overdue", 4, (agenda) => {
    offer(agenda, ..."abcd".split("").map((id) => dueRow(id)))
    expect(taken(agenda)).toEqual(["a", "b", "c", "d"])
  })

  agenda("overdue work gets its turn also where only one may run", 1, (agenda) => {
    sweep(agenda, "overdue")
    const order = Array.from({ length: 8 }, (_, i) => {
      offer(agenda, dueRow(`fresh-${i}`))
      const id = agenda.take(0)?.id ?? ""
      agenda.finish(id, 0)
      return id
    })
    expect(order.indexOf("overdue")).toBe(3)
  })

  agenda("nothing twice: not by a sweep, not while it runs", 8, (agenda) => {
    offer(agenda, dueRow("a"))
    sweep(agenda, "a", "b")
    sweep(agenda, "b")
    expect(taken(agenda)).toEqual(["a", "b"])
    sweep(agenda, "a", "b")
    expect(taken(agenda)).toEqual([])
    agenda.finish("a", 0)
    agenda.finish("b", 0)
    expect(taken(agenda)).toEqual([])
  })

  agenda("what a sweep finds again after it was looked at", 8, (agenda) => {
    sweep(agenda, "a")
    expect(taken(agenda)).toEqual(["a"])
    agenda.finish("a", 0)
    sweep(agenda, "a")
    expect(taken(agenda)).toEqual(["a"])
  })
})

describe("offers", () => {
  agenda("that are not due before the next sweep are left to it", 8, (agenda) => {
    offer(agenda, dueRow("a", 0, 5001), { ...dueRow("b"), dueAt: undefined as never })
    expect([taken(agenda, minute), agenda.nextAt]).toEqual([[], Number.POSITIVE_INFINITY])
  })

  agenda("that are due soon wait for their time", 8, (agenda) => {
    offer(agenda, dueRow("a", 0, 300), dueRow("b", 0, 200))
    expect([taken(agenda), agenda.nextAt]).toEqual([[], 200])
    expect([taken(agenda, 200), agenda.nextAt]).toEqual([["b"], 300])
    expect([taken(agenda, 300), agenda.nextAt]).toEqual([["a"], Number.POSITIVE_INFINITY])
  })

  agenda("of a revision that was looked at already have nothing to say", 8, (agenda) => {
    offer(agenda, dueRow("a", 3))
    taken(agenda)
    agenda.finish("a", 4)
    offer(agenda, dueRow("a", 3), dueRow("a", 4))
    expect(taken(agenda)).toEqual([])
    offer(agenda, dueRow("a", 5))
    expect(taken(agenda)).toEqual(["a"])
  })

  agenda("that come while it runs are looked at when it ends, unless it ended with them", 8, (agenda) => {
    offer(agenda, dueRow("a", 3), dueRow("b", 3))
    taken(agenda)
    offer(agenda, dueRow("a", 4), dueRow("b", 4))
    expect(taken(agenda)).toEqual([])
    agenda.finish("a", 3)
    agenda.finish("b", 4)
    expect(taken(agenda)).toEqual(["a"])
  })
})

describe("what is put off", () => {
  const again = { id: "a", revision: 0, dueAt: 1000, tries: 2, reconciledIn: 0 }

  agenda("comes again at its time, with its tries", 8, (agenda) => {
    sweep(agenda, "a")
    taken(agenda)
    agenda.finish("a", 0, again)
    expect([taken(agenda, 999), agenda.nextAt]).toEqual([[], 1000])
    expect(agenda.take(1000)).toEqual(again)
  })

  agenda("is not taken by a sweep before", 8, (agenda) => {
    sweep(agenda, "a")
    taken(agenda)
    agenda.finish("a", 0, again)
    sweep(agenda, "a")
    expect(taken(agenda)).toEqual([])
  })

  agenda("comes at once when it changed", 8, (agenda) => {
    sweep(agenda, "a")
    taken(agenda)
    agenda.finish("a", 0, again)
    offer(agenda, dueRow("a", 1))
    expect(taken(agenda)).toEqual(["a"])
    agenda.finish("a", 1)
    expect(taken(agenda, 1000)).toEqual([])
  })
})

describe("what is kept", () => {
  agenda("is counted, whatever it waits for", 2, (agenda) => {
    offer(agenda, dueRow("a"), dueRow("b"), dueRow("soon", 0, 300))
    sweep(agenda, "overdue")
    taken(agenda)
    expect(agenda.size).toBe(4)
    agenda.finish("a", 0)
    expect(agenda.size).toBe(3)
  })

  agenda("ends with 10,000 that are put off: the next one has to be in its row", 1, (agenda) => {
    const finish = (id: string) => {
      offer(agenda, dueRow(id))
      agenda.take(0)
      return agenda.finish(id, 0, { id, revision: 0, dueAt: 4000, tries: 1, reconciledIn: 0 })
    }
    const kept = Array.from({ length: 10_001 }, (_, i) => finish(`r${i}`))
    expect(kept.indexOf(false)).toBe(10_000)
  })
})

describe("waiting", () => {
  /** Longer than any test runs. */
  const long = 10 * minute

  agenda("ends when something is offered, swept up, or done", 8, (agenda) =>
    Effect.gen(function* () {
      for (const change of [
        () => offer(agenda, dueRow("a")),
        () => sweep(agenda, "b"),
        () => offer(agenda, dueRow("c", 0, 100)),
        () => agenda.finish("a", 0)
      ]) {
        const waiting = yield* Effect.forkChild(agenda.wait(long), { startImmediately: true })
        expect(waiting.pollUnsafe()).toBeUndefined()
        change()
        yield* Fiber.join(waiting)
        taken(agenda)
      }
    })
  )

  agenda("does not begin when something happened since the last wait", 8, (agenda) =>
    Effect.gen(function* () {
      offer(agenda, dueRow("a"))
      yield* agenda.wait(long)
    })
  )

  agenda("ends by itself", 8, (agenda) => agenda.wait(1))

  agenda("that is over takes no signal from the next one", 8, (agenda) =>
    Effect.gen(function* () {
      yield* agenda.wait(1)
      offer(agenda, dueRow("a"))
      yield* agenda.wait(long)
      const interrupted = yield* Effect.forkChild(agenda.wait(long), { startImmediately: true })
      yield* Fiber.interrupt(interrupted)
      offer(agenda, dueRow("b"))
      yield* agenda.wait(long)
    })
  )

  agenda("woken does not leave a timer that takes a later signal", 8, (agenda) =>
    Effect.gen(function* () {
      const waiting = yield* Effect.forkChild(agenda.wait(5), { startImmediately: true })
      offer(agenda, dueRow("a"))
      expect(Exit.isSuccess(yield* Fiber.await(waiting))).toBe(true)
      offer(agenda, dueRow("b"))
      // Longer than the first wait would have been.
      yield* Effect.sleep(20)
      yield* agenda.wait(long)
    })
  )
})
