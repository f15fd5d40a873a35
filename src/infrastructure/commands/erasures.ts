import { Effect, Layer, Result } from "effect"
import { say } from "../../adapters/cli/say.ts"
import { usage } from "../../adapters/cli/usage.ts"
import { sqliteReadOnlyWithoutLogLayer } from "../../adapters/sqlite/read-only.ts"
import { sqliteTombstonesLayer } from "../../adapters/sqlite/tombstones.ts"
import { erasureLine } from "../../application/backups/erasure-list.ts"
import { Tombstones } from "../../application/ports/tombstones.ts"
import { placeOfData } from "../place-of-data.ts"
import type { Command } from "../surroundings.ts"

const page = 1000

/** Prints what was erased, a receipt a line. */
const print = Effect.fnUntraced(function* (line: (text: string) => void) {
  const tombstones = yield* Tombstones
  for (let after = ""; ; ) {
    const found = yield* tombstones.page(after, page)
    for (const tombstone of found) line(erasureLine(tombstone))
    const last = found.at(-1)
    if (!last) return
    after = last.keyId
  }
})

/** `certreg erasures`: 0, or 2 where they cannot be read. */
export const run: Command = (args, surroundings) => {
  const { output } = surroundings
  if (args.length > 0) return say(2, usage, output)
  const place = placeOfData(surroundings)
  if (Result.isFailure(place)) return say(2, place.failure, output)
  return Effect.as(print(output.stdout), 0 as const).pipe(
    Effect.provide(Layer.provide(sqliteTombstonesLayer, sqliteReadOnlyWithoutLogLayer(place.success.dataDir))),
    Effect.catch((error) => say(2, error.message, output))
  )
}
