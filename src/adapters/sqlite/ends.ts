import type { NewEvent, StoredEvent } from "../../application/ports/event-store.ts"

const most = 2000

/** The last events of the streams that this process appended to lately, the longest unchanged forgotten first. */
export type Ends = {
  /** The last event of a stream, if that is known and has this revision. */
  readonly get: (stream: string, revision: number) => StoredEvent | undefined
  readonly keep: (events: ReadonlyArray<NewEvent>) => void
}

export const makeEnds = (): Ends => {
  const ends = new Map<string, NewEvent>()
  return {
    get: (stream, revision) => {
      const end = ends.get(stream)
      if (end?.revision !== revision) return undefined
      const { bytes, ...event } = end
      return event
    },
    keep: (events) => {
      const last = events.at(-1)
      // The repeat of an older append says nothing of the end.
      if (!last || (ends.get(last.stream)?.revision ?? -1) >= last.revision) return
      ends.delete(last.stream)
      ends.set(last.stream, last)
      const { value: oldest } = ends.keys().next()
      if (ends.size > most && oldest !== undefined) ends.delete(oldest)
    }
  }
}
