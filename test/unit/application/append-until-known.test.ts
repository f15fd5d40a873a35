import { describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { expect, onTestFinished, vi } from "vitest"
import { appendUntilKnown } from "../../../src/application/append-until-known.ts"
import {
  type EventStore,
  EventStoreUnavailable,
  type NewEvent,
  noStream,
  RevisionConflict
} from "../../../src/application/ports/event-store.ts"
import { newEvents } from "../../support/stored-events.ts"

type Answer = "stored" | "conflict" | "no" | "unknown"

/** A store that answers appends as it is told, with the last answer for ever. */
const scripted = (answers: ReadonlyArray<Answer>, eachTakes = () => {}) => {
  const asked: Array<ReadonlyArray<NewEvent>> = []
  const append: EventStore["Service"]["append"] = (stream, _, events) =>
    Effect.suspend((): ReturnType<typeof append> => {
      const answer = answers[Math.min(asked.length, answers.length - 1)]
      asked.push(events)
      eachTakes()
      if (answer === "stored") return Effect.void
      if (answer === "conflict") return Effect.fail(new RevisionConflict({ stream }))
      return Effect.fail(
        new EventStoreUnavailable({ operation: "append", stored: answer ?? "unknown", code: "unavailable" })
      )
    })
  return { asked, store: { append } as EventStore["Service"] }
}

const events = newEvents("registration-a", noStream, 2)
/** What becomes of it within some minutes. */
const outcomeOf = Effect.fnUntraced(function* (store: EventStore["Service"]) {
  const appending = Effect.flip(appendUntilKnown(store, noStream, events)).pipe(
    Effect.map((error) => ("stored" in error ? `${error._tag} ${error.stored}` : error._tag)),
    Effect.catch(() => Effect.undefined)
  )
  const fiber = yield* Effect.forkChild(appending, { startImmediately: true })
  yield* TestClock.adjust("5 minutes")
  return yield* Fiber.join(fiber)
})

const unavailable = (stored: string) => `EventStoreUnavailable ${stored}`

describe("an append", () => {
  it.effect.each<[string, ReadonlyArray<Answer>, number, string | undefined]>([
    ["is made once when it was stored", ["stored"], 1, undefined],
    ["is made once when it was surely not stored", ["no"], 1, unavailable("no")],
    ["is made once when somebody else was faster", ["conflict"], 1, "RevisionConflict"],
    ["is made again while its outcome is unknown", ["unknown", "unknown", "unknown", "stored"], 4, undefined],
    ["is made again until it is known to have been too late", ["unknown", "conflict"], 2, "RevisionConflict"],
    [
      "is made again when a repeat is turned away: that says nothing of the first one",
      ["unknown", "no", "no", "stored"],
      4,
      undefined
    ],
    ["is given up with an unknown outcome in the end", ["unknown"], 13, unavailable("unknown")],
    [
      "is given up with an unknown outcome when all repeats are turned away",
      ["unknown", "no"],
      13,
      unavailable("unknown")
    ]
  ])("%s", ([, answers, times, expected]) =>
    Effect.gen(function* () {
      const { asked, store } = scripted(answers)
      expect(yield* outcomeOf(store)).toBe(expected)
      expect(asked.length).toBe(times)
      // To the letter.
      for (const each of asked) expect(each).toBe(events)
    })
  )

  it.effect("is not made again for longer than anybody waits", () =>
    Effect.gen(function* () {
      let now = performance.now()
      const clock = vi.spyOn(performance, "now").mockImplementation(() => now)
      onTestFinished(() => clock.mockRestore())
      const { asked, store } = scripted(["unknown"], () => {
        now += 10_000
      })
      const failure = yield* outcomeOf(store)
      expect([failure, asked.length]).toEqual([unavailable("unknown"), 2])
    })
  )
})
