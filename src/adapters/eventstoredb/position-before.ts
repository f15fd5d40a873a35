import { Effect } from "effect"
import type { Position } from "../../application/ports/event-store.ts"
import type { AllPages } from "./all-pages.ts"
import type { CallFailed } from "./call-failed.ts"
import { positionOf } from "./position.ts"
import type { StreamNames } from "./stream-names.ts"

/** Records that are read at once; ours may have half a megabyte each. */
const page = 100
/** Records that are looked at, at most; more where more events are asked for. */
const most = 50_000

/**
 * The position after which the last `count` events of ours stand. Where so much of other people's lies between that it would have to look for
 * them all through the log, it ends before it found them all; without any to look for, it is the end of the log, whosever it is.
 */
export const makePositionBefore = (all: AllPages, { isOurs }: StreamNames) =>
  Effect.fnUntraced(function* (count: number): Effect.fn.Return<Position, CallFailed> {
    if (count === 0) return yield* Effect.map(all.last("end"), (last) => (last ? positionOf(last) : 0))
    let [position, found]: [Position | "end", number] = ["end", 0]
    for (let looked = 0; looked < Math.max(most, 2 * count); looked += page) {
      let isFound = false
      const shown = yield* all.backwards(position, page, (record) => {
        position = positionOf(record)
        if (found === count) isFound = true
        else if (isOurs(record)) found++
        return !isFound
      })
      if (isFound && position !== "end") return position
      if (shown < page) return 0
    }
    return position === "end" ? 0 : position
  })
