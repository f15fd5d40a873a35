import { Effect } from "effect"
import type { EventStream } from "./event-stream.ts"

/** Streams that have something to read, in the order in which they came; those at the same place take it together. */
export const makeBehind = () => {
  const groups = new Map<string, Set<EventStream>>()
  let wake = () => {}

  const add = (stream: EventStream): void => {
    if (stream.state === "behind") return
    stream.state = "behind"
    const { tenant = "", place } = stream
    const key = `${tenant} ${place.epoch} ${place.position}`
    const group = groups.get(key) ?? new Set()
    groups.set(key, group.add(stream))
    wake()
  }
  const take = (): ReadonlyArray<EventStream> => {
    const [first] = groups
    if (!first) return []
    const [key, group] = first
    groups.delete(key)
    return [...group]
  }
  /** Returns when there are some. */
  const some = Effect.callback<void>((resume) => {
    wake = () => resume(Effect.void)
    if (groups.size > 0) wake()
  })
  return { add, take, some }
}
