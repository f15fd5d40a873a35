import { Effect, Layer, Option } from "effect"
import { Exposition } from "../../application/ports/exposition.ts"
import { takeStock } from "../../application/use-cases/take-stock.ts"
import { type DataFiles, gaugesIn } from "./gauges.ts"
import { Prometheus } from "./prometheus.ts"

/** What a disk that hangs may hold up: the files are left out then. */
const patience = "2 seconds"

type Asked = Effect.Services<typeof takeStock>

/** The text format of Prometheus; `askFiles` says how large the files of the data directory are. */
export const expositionLayer = (
  askFiles: Effect.Effect<DataFiles, { readonly _tag: string }>
): Layer.Layer<Exposition, never, Prometheus | Asked> => Layer.effect(Exposition, expose(askFiles))

const expose = Effect.fnUntraced(function* (askFiles: Effect.Effect<DataFiles, unknown>) {
  const registry = yield* Prometheus
  const { setStock, setFiles } = gaugesIn(registry)
  const services = yield* Effect.context<Asked>()
  const files = Effect.option(askFiles).pipe(Effect.timeoutOption(patience), Effect.map(Option.flatten))
  const look = Effect.andThen(
    Effect.map(takeStock, setStock),
    Effect.map(files, (found) => setFiles(Option.getOrUndefined(found)))
  )
  return {
    mediaType: registry.contentType,
    text: Effect.andThen(
      Effect.provideContext(look, services),
      Effect.promise(() => registry.metrics())
    )
  }
})
