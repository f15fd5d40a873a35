import { checkpointStream } from "../../history/ids.ts"
import type { Position, RecordedEvent } from "../../ports/event-store.ts"
import { leafOf, TreeHasher } from "../merkle-tree.ts"

/** The events that no checkpoint covers yet, in order: one hash for each bit of their count. */
export class Uncovered {
  readonly #tree = new TreeHasher()
  #hasNews = false
  #last: RecordedEvent | undefined
  #since: number | undefined

  readonly add = (event: RecordedEvent): void => {
    const leaf = leafOf(event)
    if (leaf === undefined) return
    this.#tree.add(leaf)
    this.#last = event
    if (event.stream === checkpointStream) return
    this.#hasNews = true
    // One that was recorded before this process began has waited already.
    const waited = Date.now() - Date.parse(event.recordedAt)
    const since = performance.now() - Math.max(waited || 0, 0)
    this.#since = Math.min(this.#since ?? since, since)
  }

  get count(): number {
    return this.#tree.count
  }

  get last(): RecordedEvent | undefined {
    return this.#last
  }

  /** What a checkpoint over them says; undefined while there is nothing but what was signed itself, which is not worth one. */
  get worthSigning(): { readonly lastPosition: Position; readonly root: string } | undefined {
    return this.#hasNews && this.#last
      ? { lastPosition: this.#last.position, root: this.#tree.root().toString("hex") }
      : undefined
  }

  /** Since when the first one waits that is worth it, in milliseconds of the monotonic clock. */
  get since(): number | undefined {
    return this.#since
  }
}
