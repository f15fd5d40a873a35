import { Effect } from "effect"
import { EventStore, type Position } from "../../ports/event-store.ts"
import type { CoveredRange } from "../checkpoint-note.ts"
import { leafOf, treeLevels } from "../merkle-tree.ts"

/** Events a page. */
const page = 500

/** The tree of a checkpoint, from its leaves up, and the index of each position among them. */
export type CoveredLeaves = {
  readonly levels: ReadonlyArray<ReadonlyArray<Buffer>>
  readonly indexes: ReadonlyMap<Position, number>
}

/** Reads what a checkpoint covers; undefined where that is not what was signed. */
export const readLeaves = Effect.fnUntraced(function* ({ after, upTo, count, root }: CoveredRange) {
  const store = yield* EventStore
  const leaves: Array<Buffer> = []
  const indexes = new Map<Position, number>()
  let reached = after
  while (reached < upTo) {
    const events = yield* store.raw(reached, Math.min(page, count - leaves.length + 1))
    for (const event of events) {
      if (event.position > upTo) break
      const leaf = leafOf(event)
      if (leaf === undefined) continue
      if (leaves.length === count) return undefined
      indexes.set(event.position, leaves.length)
      leaves.push(leaf)
    }
    reached = events.at(-1)?.position ?? upTo
  }
  const levels = treeLevels(leaves)
  const isSame = leaves.length === count && levels.at(-1)?.[0]?.toString("hex") === root
  return isSame ? ({ levels, indexes } satisfies CoveredLeaves) : undefined
})
