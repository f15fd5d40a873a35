import { Effect } from "effect"
import type { Position } from "../../application/ports/event-store.ts"
import type { AllPages } from "./all-pages.ts"
import type { CallFailed } from "./call-failed.ts"
import { type Place, placeOf } from "./position.ts"

const start: Place = { commit: 0, prepare: 0 }

/**
 * Looks where the last event before a position lies, whosever it is; zero when there is none. Calls `over` and then what it found, unless it
 * is given up: it answers how.
 */
export const makeLastBefore =
  (all: Pick<AllPages, "last">) =>
  (
    position: Position | "end",
    over: () => void,
    then: (last: Place) => void,
    otherwise: (failed: CallFailed) => void = () => {}
  ): (() => void) | undefined => {
    let isOver = false
    const found = Effect.match(all.last(position), {
      onSuccess: (last) => () => then(last === undefined ? start : placeOf(last)),
      onFailure: (failed) => () => otherwise(failed)
    })
    const interrupt = Effect.runCallback(found, {
      onExit: (exit) => {
        if (isOver) return
        isOver = true
        over()
        if (exit._tag === "Success") exit.value()
      }
    })
    if (isOver) return undefined
    return () => {
      isOver = true
      interrupt()
    }
  }
