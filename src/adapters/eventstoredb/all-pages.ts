import type { AllStreamRecordedEvent, EventStoreDBClient } from "@eventstore/db-client"
import { Effect } from "effect"
import type { Position } from "../../application/ports/event-store.ts"
import type { CallFailed } from "./call-failed.ts"
import type { Calls } from "./calls.ts"
import { collect } from "./collect.ts"
import { positionOf, recordAt } from "./position.ts"

/** How far a page went, and whether nothing lay behind it when it was read. */
export type Reached = { readonly upTo: Position; readonly isEnd: boolean }

/** The records of the whole log, whosever they are, some at a time. */
export type AllPages = {
  /** Shows up to `count` records after a position, until `take` says that it is enough. */
  readonly after: (
    position: Position,
    count: number,
    take: (event: AllStreamRecordedEvent) => boolean
  ) => Effect.Effect<Reached, CallFailed>
  /** Shows up to `count` records before a position, the last one first, until `take` says that it is enough; answers how many. */
  readonly backwards: (
    position: Position | "end",
    count: number,
    take: (event: AllStreamRecordedEvent) => boolean
  ) => Effect.Effect<number, CallFailed>
  /** The last record before a position. */
  readonly last: (before: Position | "end") => Effect.Effect<AllStreamRecordedEvent | undefined, CallFailed>
}

type Range = NonNullable<Parameters<EventStoreDBClient["readAll"]>[0]>

export const makeAllPages = (call: Calls["call"]): AllPages => {
  /** Answers whether it brought everything that was asked for and there. */
  const read = (range: Range, take: (event: AllStreamRecordedEvent) => boolean) =>
    call("read", (client, options, onAbandoned) =>
      collect(
        client.readAll({ ...options, ...range }),
        // Links are not resolved: there is always an event.
        ({ event }) => event === undefined || take(event),
        onAbandoned
      )
    )

  const backwards: AllPages["backwards"] = (position, count, take) =>
    Effect.suspend(() => {
      let shown = 0
      const fromPosition = position === "end" ? position : recordAt(position)
      const reading = read({ direction: "backwards", fromPosition, maxCount: count }, (event) => {
        shown++
        return take(event)
      })
      return Effect.map(reading, () => shown)
    })

  return {
    backwards,
    after: (position, count, take) =>
      Effect.suspend(() => {
        let [upTo, taken] = [position, 0]
        // The record at the position itself comes first.
        const range = position === 0 ? {} : { fromPosition: recordAt(position) }
        const maxCount = position === 0 ? count : count + 1
        const shown = read({ ...range, maxCount }, (event) => {
          taken++
          const at = positionOf(event)
          if (at <= position) return true
          upTo = at
          return take(event)
        })
        return Effect.map(shown, (isWhole) => ({ upTo, isEnd: isWhole && taken < maxCount }))
      }),
    last: (before) =>
      Effect.suspend(() => {
        let last: AllStreamRecordedEvent | undefined
        const shown = backwards(before, 1, (event) => {
          last = event
          return true
        })
        return Effect.map(shown, () => last)
      })
  }
}
