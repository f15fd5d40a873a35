import { Context, Layer } from "effect"

/** Milliseconds by which our clock and the platform's may differ. */
const tolerance = 5 * 60_000
/** Milliseconds between two questions. */
const pause = 5000

/** Since when our clock is known to be wrong, on the monotonic clock, and by how many milliseconds it is ahead. */
type ClockDoubt = { readonly since: number; readonly difference: number }

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
    /** Why it is not trusted any more, or not by those who were asked; undefined while nobody was. */
    readonly doubt: (now: number) => ClockDoubt | undefined
    /** Milliseconds that have passed at least since a time of our clock; never more by a clock that jumped. */
    readonly elapsed: (since: number, now: number) => number
    /** Whether the time may be asked for, on behalf of all who wait for it: now and then only. */
    readonly mayAsk: () => boolean
  }
>()("certreg/application/TrustedClock") {
  static readonly layer = Layer.sync(TrustedClock, () => {
    /** Wall minus monotonic time; it stays the same unless the wall clock jumps. */
    const offset = (now: number) => now - performance.now()
    const began = offset(Date.now())
    /** When the wall clock was last found right. */
    let agreed: number | undefined
    /** What it would be if the wall clock were right. */
    let right: number | undefined
    let doubtedAt: number | undefined
    let askedAt = Number.NEGATIVE_INFINITY
    const isTrusted = (now: number) => agreed !== undefined && Math.abs(offset(now) - agreed) <= tolerance
    return TrustedClock.of({
      compare: (serverDate, now) => {
        right = offset(serverDate)
        agreed = Math.abs(serverDate - now) <= tolerance ? offset(now) : undefined
      },
      mayAsk: () => {
        const now = performance.now()
        if (now - askedAt < pause) return false
        askedAt = now
        return true
      },
      isTrusted,
      doubt: (now) => {
        const reference = right ?? began
        const difference = offset(now) - reference
        if (isTrusted(now) || Math.abs(difference) <= tolerance) {
          doubtedAt = undefined
          return undefined
        }
        doubtedAt ??= performance.now()
        return { since: doubtedAt, difference }
      },
      elapsed: (since, now) => {
        if (isTrusted(now)) return now - since
        // Whether it is right or not, a clock that never jumped measures well what happened in the life of this process.
        return Math.abs(offset(now) - began) <= tolerance ? Math.min(now - since, performance.now()) : 0
      }
    })
  })
}
