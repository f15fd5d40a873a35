import { Effect, Layer, Result } from "effect"
import { type ExitCode, say } from "../adapters/cli/say.ts"
import { eventStoreDbLayer } from "../adapters/eventstoredb/event-store.ts"
import { sqliteEventStoreLayer } from "../adapters/sqlite/event-store.ts"
import { sqliteKeptCheckpointLayer } from "../adapters/sqlite/kept-checkpoint.ts"
import { sqliteMessagesLayer } from "../adapters/sqlite/messages.ts"
import { type RowsNeeded, sqliteReadOnlyLayer, sqliteReadOnlyWithoutLogLayer } from "../adapters/sqlite/read-only.ts"
import { sqliteRegistrationListLayer } from "../adapters/sqlite/registration-list.ts"
import { sqliteTipsLayer } from "../adapters/sqlite/tips.ts"
import { sqliteTombstonesLayer } from "../adapters/sqlite/tombstones.ts"
import { sqliteViewsLayer } from "../adapters/sqlite/views.ts"
import { configured } from "./configured.ts"
import { logging } from "./logging.ts"
import { placeVariables } from "./place-of-data.ts"
import { all, type Read } from "./reader.ts"
import type { Surroundings } from "./surroundings.ts"
import { uploadWindow } from "./upload-window.ts"

const reader = (directory: string) => all({ ...placeVariables(directory), uploadWindow })

/** What a command needs to know that only looks: neither keys nor the platform. Durations in milliseconds. */
export type Reading = Read<ReturnType<typeof reader>>

const ofDataDir = Layer.mergeAll(
  sqliteViewsLayer,
  sqliteRegistrationListLayer,
  sqliteMessagesLayer,
  sqliteKeptCheckpointLayer,
  sqliteTombstonesLayer,
  sqliteTipsLayer
)

/** All that can be looked at: beside a running service, after a crash, in a copy. Whatever would write fails. */
export const readingStores = (
  { dataDir, eventStore }: Pick<Reading, "dataDir" | "eventStore">,
  rows: RowsNeeded = "if_usable"
) =>
  eventStore.kind === "sqlite"
    ? Layer.provide(Layer.merge(ofDataDir, sqliteEventStoreLayer), sqliteReadOnlyLayer(dataDir, rows))
    : Layer.merge(
        Layer.provide(ofDataDir, sqliteReadOnlyWithoutLogLayer(dataDir, rows)),
        eventStoreDbLayer(eventStore)
      ).pipe(Layer.provide(logging("silent")))
type Stores = Layer.Success<ReturnType<typeof readingStores>>
type Failure = { readonly _tag: string; readonly message: string }

/** Runs a command that only looks. What cannot be read at all ends it with 2: nothing is said of what was not seen. */
export const reading = <E extends Failure>(
  surroundings: Surroundings,
  work: (reading: Reading) => Effect.Effect<ExitCode, E, Stores>,
  rows?: RowsNeeded
): Effect.Effect<ExitCode> => {
  const known = configured(surroundings, reader(surroundings.directory))
  const { output } = surroundings
  if (Result.isFailure(known)) return say(2, known.failure, output)
  return work(known.success).pipe(
    Effect.provide(readingStores(known.success, rows)),
    Effect.catch((error: Failure) => say(2, error.message, output))
  )
}
