import { writeSync } from "node:fs"
import { Effect } from "effect"
import { rebuildViews } from "../../src/application/projecting/rebuild-views.ts"
import { rebuildingOn } from "./rebuilding.ts"

// Rebuilds on the directory that the first argument names, as far as the position that the second one is; says so, and does not go on.
const [dataDir = "", last] = process.argv.slice(2)

const before = (after: number) =>
  after < Number(last)
    ? Effect.void
    : Effect.andThen(
        Effect.sync(() => writeSync(1, `${after}\n`)),
        Effect.never
      )

// The page before is saved while this one is waited for.
await Effect.runPromise(rebuildViews(() => Effect.void).pipe(Effect.provide(rebuildingOn(dataDir, before))))
