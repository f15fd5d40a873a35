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
import { configurationWrong } from "./configuration-wrong.ts"
import { period } from "./durations.ts"
import { eventStore } from "./event-store-variables.ts"
import { logging } from "./logging.ts"
import { all, type Read, withDefault } from "./reader.ts"
import type { Surroundings } from "./surroundings.ts"
import { dataDirOf, readVariables } from "./variables.ts"

const reader = (directory: string) =>
  all({
    dataDir: (variables) => Result.succeed(dataDirOf(variables, directory)),
    eventStore,
    uploadWindow: withDefault("UPLOAD_WINDOW", period, 30 * 24 * 3_600_000)
  })

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
  rows: RowsNeeded = "required"
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
  { environment, directory, output }: Surroundings,
  work: (reading: Reading) => Effect.Effect<ExitCode, E, Stores>,
  rows?: RowsNeeded
): Effect.Effect<ExitCode> => {
  const variables = readVariables(environment, directory)
  if (Result.isFailure(variables)) return say(2, `${variables.failure.variable} ${variables.failure.rule}.`, output)
  const known = reader(directory)(variables.success)
  if (Result.isFailure(known)) return say(2, configurationWrong(known.failure).message, output)
  return work(known.success).pipe(
    Effect.provide(readingStores(known.success, rows)),
    Effect.catch((error: Failure) => say(2, error.message, output))
  )
}
