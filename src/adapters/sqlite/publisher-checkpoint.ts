import { Effect, Layer } from "effect"
import {
  type Checkpoint,
  CheckpointUnavailable,
  PublisherCheckpoint
} from "../../application/ports/publisher-checkpoint.ts"
import type { Step } from "./jobs.ts"
import { codeOf } from "./sqlite-code.ts"
import { SqliteDatabase } from "./sqlite-database.ts"

type Stored = {
  readonly term: number
  readonly logId: string
  readonly epoch: number
  readonly position: number
  readonly clusterId: string | null
  readonly offsets: string | null
}

export const sqlitePublisherCheckpointLayer: Layer.Layer<PublisherCheckpoint, never, SqliteDatabase> = Layer.effect(
  PublisherCheckpoint,
  Effect.map(SqliteDatabase, ({ vault, writer }) => {
    const select = vault.prepare(
      `SELECT term, log_id AS logId, epoch, position, cluster_id AS clusterId, offsets FROM publisher WHERE topic = ?`
    )
    const selectFurthest = vault.prepare(
      "SELECT coalesce(max(position), 0) AS position FROM publisher WHERE log_id = ? AND epoch = ?"
    )
    const write = (operation: string, step: Step) =>
      Effect.mapError(writer.run(["vault", [step]]), ({ code }) => new CheckpointUnavailable({ operation, code }))
    const read = <A>(operation: string, look: () => A) =>
      Effect.try({ try: look, catch: (error) => new CheckpointUnavailable({ operation, code: codeOf(error) }) })
    return {
      furthest: ({ logId, epoch }) =>
        read("furthest", () => (selectFurthest.get(logId, epoch) as { readonly position: number }).position),
      load: (topic) =>
        read("load", () => {
          const found = select.get(topic) as Stored | undefined
          return found && checkpointOf(found)
        }),
      save: (topic, { term, logId, epoch, position, known }) => {
        const ofTopic = known ? [known.clusterId, JSON.stringify(known.offsets)] : [null, null]
        const step: Step = ["savePublished", topic, term, logId, epoch, position, ...ofTopic]
        return Effect.map(write("save", step), (changed) => changed === 1)
      },
      move: (topic, { logId, epoch, position }) =>
        Effect.asVoid(write("move", ["movePublished", topic, logId, epoch, position]))
    }
  })
)

const checkpointOf = ({ clusterId, offsets, ...place }: Stored): Checkpoint =>
  clusterId === null || offsets === null ? place : { ...place, known: { clusterId, offsets: JSON.parse(offsets) } }
