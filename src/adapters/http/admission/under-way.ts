type UnderWay = {
  /** One begins; what is answered ends it. */
  readonly begin: () => () => void
  readonly count: () => number
  /** Milliseconds since the oldest began. */
  readonly oldest: () => number
}

/** What was begun and is not done. `now` is a monotonic clock in milliseconds. */
export const makeUnderWay = (now: () => number): UnderWay => {
  /** A set keeps the order in which they came. */
  const all = new Set<{ readonly since: number }>()
  return {
    begin: () => {
      const one = { since: now() }
      all.add(one)
      return () => void all.delete(one)
    },
    count: () => all.size,
    oldest: () => {
      const [first] = all
      return first ? now() - first.since : 0
    }
  }
}
