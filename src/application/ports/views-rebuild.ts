import { Context, type Effect } from "effect"
import type { Views, ViewsUnavailable } from "./views.ts"

/** Rows and messages that are made anew beside the live ones, which stay in use until they are replaced. */
export class ViewsRebuild extends Context.Service<
  ViewsRebuild,
  {
    /** The live ones were made by another version, or end before an event that it could not read. */
    readonly isDue: Effect.Effect<boolean, ViewsUnavailable>
    /** New ones beside the live ones: those that a rebuild with this version has begun, or else empty ones. `anew`: empty ones anyway. */
    readonly begin: (options?: { readonly anew: boolean }) => Effect.Effect<Views["Service"], ViewsUnavailable>
    /**
     * Puts the new ones in the place of the live ones, in one transaction, unless they are behind them; answers whether it did. What the log
     * does not say goes with it, of rows at the same revision: postponements, and what was reconciled. The follower of the live ones then
     * learns from its next `save` that they moved.
     */
    readonly swap: Effect.Effect<boolean, ViewsUnavailable>
  }
>()("certreg/application/ports/ViewsRebuild") {}
