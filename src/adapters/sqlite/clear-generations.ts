import type { DatabaseSync } from "node:sqlite"
import { Duration, Effect, Schedule } from "effect"
import { projectionVersion } from "../../application/projecting/projection-version.ts"
import type { Step } from "./jobs.ts"
import { readViews, writeViews } from "./views-access.ts"
import type { Writer } from "./writer.ts"

/** What goes in one transaction: appends wait that long at most. */
const piece = 100
/** How much longer than a piece took is waited for the next, so that the writer has most of its time for others. */
const pauses = 4

type Abandoned = { readonly generation: number }

/**
 * Removes, piece by piece, what no generation in use holds: what was replaced, and what was begun by another version or begun anew. Looks
 * for it again and again. Free pages of the file are used again.
 */
export const clearGenerations = (views: DatabaseSync, writer: Writer) => {
  const abandoned = views.prepare(
    `SELECT generation FROM generations WHERE generation <> (SELECT generation FROM live)
     AND NOT (version = ? AND generation = (SELECT max(generation) FROM generations))`
  )
  const write = (...steps: ReadonlyArray<Step>) => writeViews(writer, "clear", () => steps)
  const emptied = Effect.fnUntraced(function* (name: "dropRows" | "dropMessages", generation: number) {
    while (true) {
      const [took, removed] = yield* Effect.timed(write([name, generation, piece]))
      if (removed === 0) return
      yield* Effect.sleep(Duration.times(took, pauses))
    }
  })
  const removed = Effect.fnUntraced(function* ({ generation }: Abandoned) {
    yield* emptied("dropRows", generation)
    yield* emptied("dropMessages", generation)
    yield* write(["dropCounts", generation], ["dropRestores", generation], ["dropGeneration", generation])
  })
  return readViews("clear", () => abandoned.all(projectionVersion) as unknown as ReadonlyArray<Abandoned>).pipe(
    Effect.flatMap((found) => Effect.all(found.map(removed), { discard: true })),
    // While nothing can be written, it can wait.
    Effect.ignore,
    Effect.repeat(Schedule.spaced("1 second"))
  )
}
