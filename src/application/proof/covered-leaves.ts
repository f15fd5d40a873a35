import { Effect } from "effect"
import { EventStore, type Position } from "../ports/event-store.ts"
import type { Covering } from "./checkpoints-of-log.ts"
import { leafOf, TreeHasher } from "./merkle-tree.ts"

/** Events a page. */
const page = 500

/** The leaves of a checkpoint, and the index of each position among them. */
export type CoveredLeaves = { readonly leaves: ReadonlyArray<Buffer>; readonly indexes: ReadonlyMap<Position, number> }

/** Reads what a checkpoint covers; undefined where that is not what was signed. */
export const readLeaves = Effect.fnUntraced(function* ({ after, checkpoint: { lastPosition, count, root } }: Covering) {
  const store = yield* EventStore
  const leaves: Array<Buffer> = []
  const indexes = new Map<Position, number>()
  const tree = new TreeHasher()
  let reached = after
  while (reached < lastPosition) {
    const events = yield* store.raw(reached, Math.min(page, count - leaves.length + 1))
    for (const event of events) {
      if (event.position > lastPosition) break
      const leaf = leafOf(event)
      if (leaf === undefined) continue
      if (leaves.length === count) return undefined
      indexes.set(event.position, leaves.length)
      leaves.push(leaf)
      tree.add(leaf)
    }
    reached = events.at(-1)?.position ?? lastPosition
  }
  const isSame = leaves.length === count && tree.root().toString("hex") === root
  return isSame ? ({ leaves, indexes } satisfies CoveredLeaves) : undefined
})
