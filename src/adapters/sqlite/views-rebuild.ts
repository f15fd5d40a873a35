import { Effect, Layer } from "effect"
import { ViewsRebuild } from "../../application/ports/views-rebuild.ts"
import { projectionVersion } from "../../application/projecting/projection-version.ts"
import { clearGenerations } from "./clear-generations.ts"
import { makeGenerations } from "./generations.ts"
import { guarded } from "./jobs.ts"
import { SqliteDatabase } from "./sqlite-database.ts"
import { makeViews } from "./views.ts"
import { readViews as read, writeViews } from "./views-access.ts"

type MadeBy = { readonly version: number; readonly position: number; readonly eraseAfter: number | null }

/** Also removes, beside everything else, the generations that nobody needs any more. */
export const sqliteViewsRebuildLayer: Layer.Layer<ViewsRebuild, never, SqliteDatabase> = Layer.effect(
  ViewsRebuild,
  Effect.gen(function* () {
    const database = yield* SqliteDatabase
    const { views, writer } = database
    yield* Effect.forkScoped(clearGenerations(views, writer))
    const generations = makeGenerations(views)
    // Where something blocks the messages, this version may be able to read it: each start finds out.
    const due = views.prepare(
      `SELECT position > 0 AND (version <> ?1 OR erase_after IS NOT ?2 OR blocked_position IS NOT NULL) AS due FROM generations NATURAL JOIN live`
    )
    const madeBy = views.prepare(
      "SELECT version, position, erase_after AS eraseAfter FROM generations WHERE generation = ?"
    )
    /** The last one that was to take the place of the live one. */
    let swapped: number | undefined

    /** The generation that a rebuild with this version has begun, also before a restart. */
    const left = () => {
      const { newest, live } = generations()
      const made = madeBy.get(newest) as MadeBy
      return newest > live && made.version === projectionVersion ? { generation: newest, ...made } : undefined
    }
    return {
      isDue: (eraseAfter) =>
        read("isDue", () => (due.get(projectionVersion, eraseAfter ?? null) as { due: number }).due === 1),
      begun: (eraseAfter) =>
        Effect.map(read("begun", left), (begun) =>
          begun && (begun.position === 0 || begun.eraseAfter === (eraseAfter ?? null))
            ? makeViews(database, begun.generation)
            : undefined
        ),
      begin: writeViews(writer, "begin", () => [["addGeneration", projectionVersion]]).pipe(
        Effect.andThen(read("begin", () => makeViews(database, generations().newest)))
      ),
      swap: Effect.gen(function* () {
        // An earlier try may have got through although nobody waited for its answer.
        const generation = (yield* read("swap", left))?.generation ?? swapped
        if (generation === undefined) return false
        swapped = generation
        const outcome = yield* writeViews(writer, "swap", () => [["swap", generation]])
        return outcome !== guarded || (yield* read("swap", () => generations().live)) === generation
      })
    }
  })
)
