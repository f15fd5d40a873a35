import { Effect, Layer } from "effect"
import { type Kept, KeptCheckpoint } from "../../application/ports/kept-checkpoint.ts"
import { SqliteDatabase } from "./sqlite-database.ts"
import { look, write } from "./vault-access.ts"

export const sqliteKeptCheckpointLayer: Layer.Layer<KeptCheckpoint, never, SqliteDatabase> = Layer.effect(
  KeptCheckpoint,
  Effect.map(SqliteDatabase, ({ vault, writer }) => {
    const select = vault.prepare("SELECT log_id AS logId, revision, hash, note FROM checkpoint")
    return {
      load: look("loadCheckpoint", () => {
        const found = select.get() as Kept | undefined
        return found && { ...found }
      }),
      keep: ({ logId, revision, hash, note }) =>
        Effect.asVoid(
          write(writer, "keepCheckpoint", [["forgetCheckpoint"], ["keepCheckpoint", logId, revision, hash, note]])
        ),
      forget: Effect.asVoid(write(writer, "forgetCheckpoint", [["forgetCheckpoint"]]))
    }
  })
)
