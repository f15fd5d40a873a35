import { Context, Layer } from "effect"

/** Milliseconds by which our clock and the platform's may differ. */
const tolerance = 5 * 60_000
/** Milliseconds between two questions. */
const pause = 5000

/**
 * Whether our wall clock may decide something that cannot be undone: it agreed with the `Date` of an answer of the platform or its storage
 * that this process saw, and has not jumped since.
 */
export class TrustedClock extends Context.Service<
  TrustedClock,
  {
    /** A `Date` header that came just now; milliseconds since 1970. */
    readonly compare: (serverDate: number, now: number) => void
    readonly isTrusted: (now: number) => boolean
    /** Whether the time may be asked for, on behalf of all who wait for it: now and then only. */
    readonly mayAsk: () => boolean
  }
>()("certreg/application/TrustedClock") {
  static readonly layer = Layer.sync(TrustedClock, () => {
    /** Wall minus monotonic time when they were last found right; it stays the same unless the wall clock jumps. */
    let agreed: number | undefined
    let askedAt = Number.NEGATIVE_INFINITY
    return TrustedClock.of({
      compare: (serverDate, now) => {
        agreed = Math.abs(serverDate - now) <= tolerance ? now - performance.now() : undefined
      },
      mayAsk: () => {
        const now = performance.now()
        if (now - askedAt < pause) return false
        askedAt = now
        return true
      },
      isTrusted: (now) => agreed !== undefined && Math.abs(now - performance.now() - agreed) <= tolerance
    })
  })
}
