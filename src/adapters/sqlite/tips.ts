import { Effect, Layer } from "effect"
import { Tips } from "../../application/ports/tips.ts"
import { SqliteDatabase } from "./sqlite-database.ts"

export const sqliteTipsLayer: Layer.Layer<Tips, never, SqliteDatabase> = Layer.effect(
  Tips,
  Effect.map(SqliteDatabase, ({ seen }) => ({ seen }))
)
