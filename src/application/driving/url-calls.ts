import { Context, Layer } from "effect"
import { BoundedMap } from "../bounded-map.ts"

/** More than can be under way and unknown within a few timeouts. */
const most = 10_000

type Known = { readonly isUnderWay: boolean; readonly unknownAt?: number }

/** What this process knows of its URL calls that may still take effect at the platform, by registration. Times are of the monotonic clock, in milliseconds. */
export class UrlCalls extends Context.Service<
  UrlCalls,
  {
    /** Before the claim: whoever sees the claim sees this too. */
    readonly begin: (id: string) => void
    readonly end: (id: string, effect: "none" | "unknown", now: number) => void
    /** Until when one was transmitted that may still take effect; undefined when there is none. */
    readonly lastTransmission: (id: string, now: number) => number | undefined
  }
>()("certreg/application/driving/UrlCalls") {
  static readonly layer = Layer.sync(UrlCalls, () => {
    const calls = new BoundedMap<string, Known>(most)
    return UrlCalls.of({
      begin: (id) => void calls.set(id, { ...calls.get(id), isUnderWay: true }),
      end: (id, effect, now) => {
        // One that was answered says nothing of one before it.
        const unknownAt = effect === "unknown" ? now : calls.get(id)?.unknownAt
        if (unknownAt === undefined) calls.delete(id)
        else calls.set(id, { isUnderWay: false, unknownAt })
      },
      lastTransmission: (id, now) => {
        const known = calls.get(id)
        return known?.isUnderWay ? now : known?.unknownAt
      }
    })
  })
}
