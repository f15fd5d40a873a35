import { Bell } from "../../../application/bell.ts"
import type { EventStream } from "./event-stream.ts"

/** Streams that have something to read, in the order in which they came; those at the same place take it together. */
export const makeBehind = () => {
  const groups = new Map<string, Set<EventStream>>()
  const bell = new Bell()

  const add = (stream: EventStream): void => {
    if (stream.state === "behind") return
    stream.state = "behind"
    const { tenant = "", place } = stream
    const key = `${tenant} ${place.epoch} ${place.position}`
    const group = groups.get(key) ?? new Set()
    groups.set(key, group.add(stream))
    bell.ring()
  }
  const take = (): ReadonlyArray<EventStream> => {
    const [first] = groups
    if (!first) return []
    const [key, group] = first
    groups.delete(key)
    return [...group]
  }
  /** `some` returns when there may be some. */
  return { add, take, some: bell.wait() }
}
