import { Effect, type Exit } from "effect"
import type { PlatformUnavailable } from "../../application/ports/esign-platform.ts"
import type { IssuedToken } from "./answers.ts"

export type PartnerToken = {
  readonly current: Effect.Effect<string, PlatformUnavailable>
  /** Another one than the one that was turned away. */
  readonly insteadOf: (rejected: string) => Effect.Effect<string, PlatformUnavailable>
}

type Held = { readonly token: string; readonly renewAt: number; readonly endsAt: number }

/** Milliseconds: under so much of its life a token is renewed (contract/esign-api §4.1); a short-lived one in its last sixth. */
const renewBefore = 300_000
/** Between renewals that failed while the old token is still good. */
const renewalPause = 5_000

/**
 * The partner token, shared by all calls: at most one fetch is under way, whoever waits for it. It is renewed aside, while the old one
 * is still good. `now` is monotonic milliseconds.
 */
export const makePartnerToken = (
  fetch: Effect.Effect<IssuedToken, PlatformUnavailable>,
  now: () => number = () => performance.now()
): PartnerToken => {
  let held: Held | undefined
  let fetching: Promise<Exit.Exit<IssuedToken, PlatformUnavailable>> | undefined
  let renewNotBefore = 0

  const fetchOnce = async () => {
    const asked = now()
    // A fibre of its own: who waits may be interrupted, the others still want it.
    const exit = await Effect.runPromiseExit(fetch)
    fetching = undefined
    if (exit._tag === "Success") {
      const { token, lifetime } = exit.value
      held = { token, endsAt: asked + lifetime, renewAt: asked + lifetime - Math.min(renewBefore, lifetime / 6) }
    } else renewNotBefore = now() + renewalPause
    return exit
  }
  const fetched = () => {
    fetching ??= fetchOnce()
    return fetching
  }
  const fresh = Effect.promise(fetched).pipe(
    Effect.flatten,
    Effect.map(({ token }) => token)
  )

  const current = Effect.suspend(() => {
    const at = now()
    if (held === undefined || at >= held.endsAt) return fresh
    if (at >= held.renewAt && at >= renewNotBefore) void fetched()
    return Effect.succeed(held.token)
  })
  return {
    current,
    insteadOf: (rejected) =>
      Effect.suspend(() => {
        if (held?.token === rejected) held = undefined
        return current
      })
  }
}
