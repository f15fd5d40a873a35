import { Context, Effect, Layer } from "effect"
import { BoundedMap } from "../bounded-map.ts"
import { LogIdentity } from "../history/log-identity.ts"
import { Views } from "../ports/views.ts"

/** As many as the agenda holds: with fewer, what waits there with the word of an older row would be reconciled again and again. */
const most = 10_000

/**
 * Whether a registration was reconciled with the platform since the log was put back from a backup. Before that nothing is done for it, and it
 * is not ended: what the log has forgotten may have been confirmed. The rows say so; what is known here beside them was marked just now.
 */
export class Reconciled extends Context.Service<
  Reconciled,
  {
    readonly isReconciled: (row: { readonly id: string; readonly reconciledIn: number }) => boolean
    readonly mark: (id: string) => Effect.Effect<void, never, Views>
  }
>()("certreg/application/driving/Reconciled") {
  static readonly layer = Layer.effect(
    Reconciled,
    Effect.map(LogIdentity, ({ epoch }) => {
      const marked = new BoundedMap<string, true>(most)
      return Reconciled.of({
        isReconciled: ({ id, reconciledIn }) => reconciledIn >= epoch || marked.get(id) === true,
        mark: (id) =>
          Effect.suspend(() => {
            marked.set(id, true)
            // Where the row does not say so, it is reconciled once more after a restart.
            return Effect.ignore(Views.use((views) => views.reconciled(id, epoch)))
          })
      })
    })
  )
}
