import { Context, Effect, Layer } from "effect"
import type { Registration } from "../domain/registration/registration.ts"

/** A registration as a change left it. */
export type Change = { readonly state: Registration; readonly revision: number }

/** Tells who waits in this process that a registration changed. A hint that may be missed: who waits looks again by itself. */
export class Changes extends Context.Service<
  Changes,
  {
    readonly publish: (registration: string, change: Change) => void
    /** Listens from now on; `wait` returns at the first change since that is wanted, or after `millis`, and stops listening. */
    readonly listen: (
      registration: string,
      isWanted: (change: Change) => boolean
    ) => {
      readonly wait: (millis: number) => Effect.Effect<void>
      readonly stop: () => void
    }
  }
>()("certreg/application/Changes") {
  static readonly layer = Layer.sync(Changes, () => {
    const listening = new Map<string, Set<(change: Change) => void>>()

    const listen = (registration: string, isWanted: (change: Change) => boolean) => {
      let changed = false
      let resume = () => {}
      const listener = (change: Change) => {
        if (!isWanted(change)) return
        changed = true
        resume()
      }
      const listeners = listening.get(registration) ?? new Set()
      listening.set(registration, listeners.add(listener))
      const stop = () => {
        listeners.delete(listener)
        if (listeners.size === 0 && listening.get(registration) === listeners) listening.delete(registration)
      }
      const wait = (millis: number) =>
        Effect.callback<void>((done) => {
          const timer = setTimeout(() => done(Effect.void), millis)
          resume = () => {
            clearTimeout(timer)
            done(Effect.void)
          }
          if (changed) resume()
          return Effect.sync(() => clearTimeout(timer))
        }).pipe(Effect.ensuring(Effect.sync(stop)))
      return { wait, stop }
    }

    const publish = (registration: string, change: Change) => {
      // A copy: who is told may listen again before this returns.
      for (const listener of [...(listening.get(registration) ?? [])]) listener(change)
    }

    return Changes.of({ publish, listen })
  })
}
