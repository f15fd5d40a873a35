import "effect/schema/SchemaJITCompiler/enable"
import { parentPort, workerData } from "node:worker_threads"
import { Effect } from "effect"
import { replayPart } from "../application/replaying/replay.ts"
import { readingStores } from "./reading.ts"
import type { GivenPart, ToldPart } from "./replay-in-parts.ts"

const { dataDir, range } = workerData as GivenPart
const tell = (told: ToldPart) => Effect.sync(() => parentPort?.postMessage(told))

await Effect.runPromise(
  replayPart(range, (events, position) => tell({ _tag: "Progress", events, position })).pipe(
    Effect.provide(readingStores({ dataDir, eventStore: { kind: "sqlite" } }, "required")),
    Effect.matchEffect({
      onSuccess: (part) => tell({ _tag: "Done", part }),
      onFailure: ({ message }) => tell({ _tag: "Failed", message })
    })
  )
)
