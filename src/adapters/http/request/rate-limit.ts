/** Whether a client may be served now: undefined, or the whole seconds after which it may ask again. */
export type Admit = (clientId: string) => number | undefined

/** Of a millisecond: sums of fractions are never quite what they should be. */
const tiny = 1e-6

/**
 * `RATE_LIMIT` (service-api §5): `perSecond` requests a second and client, a burst of twice as many (the generic cell rate algorithm); undefined is no limit. `now` is a
 * monotonic clock in milliseconds: a wall clock that is set back would lock everybody out.
 */
export const makeRateLimit = (perSecond: number | undefined, now: () => number = () => performance.now()): Admit => {
  if (perSecond === undefined) return () => undefined
  const interval = 1000 / perSecond
  // A burst of less than one request would be none at all.
  const tolerance = (Math.max(1, 2 * perSecond) - 1) * interval
  /** By client, when its burst will be whole again; no more of them than ever had a key. */
  const wholeAt = new Map<string, number>()

  return (clientId) => {
    const at = now()
    const whole = Math.max(wholeAt.get(clientId) ?? at, at)
    const early = whole - at - tolerance
    if (early > tiny) return Math.ceil(early / 1000)
    wholeAt.set(clientId, whole + interval)
    return undefined
  }
}
