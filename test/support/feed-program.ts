import { Effect, Redacted } from "effect"
import { eventStoreDbLayer } from "../../src/adapters/eventstoredb/event-store.ts"
import { EventStore } from "../../src/application/ports/event-store.ts"
import { Log } from "../../src/application/ports/log.ts"

/** Follows the log of the server that the first argument names to its end, waits there, and closes the store; then nothing keeps it alive. */
const silent = () => {}
const log = Log.of({ debug: silent, info: silent, warn: silent, error: silent })

const work = Effect.gen(function* () {
  const { feed, waitBeyond } = yield* EventStore
  let position = 0
  for (let page = yield* feed(0, 500); page.upTo !== position; page = yield* feed(position, 500)) position = page.upTo
  const waiting = yield* Effect.forkChild(Effect.all([waitBeyond(position), waitBeyond(position + 1_000_000)]))
  yield* Effect.yieldNow
  console.log(position)
  return waiting
}).pipe(
  Effect.provide(eventStoreDbLayer({ url: Redacted.make(process.argv[2] ?? ""), streamPrefix: "" })),
  Effect.provideService(Log, log)
)
await Effect.runPromise(work)
