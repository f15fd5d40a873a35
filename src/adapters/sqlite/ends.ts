import type { NewEvent, StoredEvent } from "../../application/ports/event-store.ts"

const most = 2000

/** The last events of the streams that this process appended to lately, the longest unchanged forgotten first. */
export type Ends = {
  readonly get: (stream: string) => StoredEvent | undefined
  readonly keep: (events: ReadonlyArray<NewEvent>) => void
}

export const makeEnds = (): Ends => {
  const ends = new Map<string, StoredEvent>()
  return {
    get: (stream) => ends.get(stream),
    keep: (events) => {
      const last = events.at(-1)
      // The repeat of an older append says nothing of the end.
      if (!last || (ends.get(last.stream)?.revision ?? -1) >= last.revision) return
      const { bytes, ...event } = last
      ends.delete(event.stream)
      ends.set(event.stream, event)
      const { value: oldest } = ends.keys().next()
      if (ends.size > most && oldest !== undefined) ends.delete(oldest)
    }
  }
}
