import { Context, type Effect } from "effect"
import type { Views, ViewsUnavailable } from "./views.ts"

/**
 * Rows and messages that are made anew beside the live ones, which stay in use until they are replaced. What the log does not say of live
 * rows holds for those beside them too, where they are at the same revision: postponements, and what was reconciled.
 */
export class ViewsRebuild extends Context.Service<
  ViewsRebuild,
  {
    /** The live ones were made by another version or with another `eraseAfter`, or end before an event that it could not read. */
    readonly isDue: (eraseAfter: number | undefined) => Effect.Effect<boolean, ViewsUnavailable>
    /** Those that a rebuild with this version and `eraseAfter` has begun beside the live ones, also before a restart. */
    readonly begun: (eraseAfter: number | undefined) => Effect.Effect<Views["Service"] | undefined, ViewsUnavailable>
    /** New ones beside the live ones, without rows. */
    readonly begin: Effect.Effect<Views["Service"], ViewsUnavailable>
    /**
     * Puts the new ones in the place of the live ones, unless they are behind them; answers whether it did. That takes no longer the more
     * there are. The follower of the live ones then learns from its next `save` that they moved.
     */
    readonly swap: Effect.Effect<boolean, ViewsUnavailable>
  }
>()("certreg/application/ports/ViewsRebuild") {}
