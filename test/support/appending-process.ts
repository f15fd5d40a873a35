import { writeSync } from "node:fs"
import { Effect } from "effect"
import { EventStore, noStream } from "../../src/application/ports/event-store.ts"
import { sqliteLayer } from "./sqlite.ts"
import { newEvents, newId } from "./stored-events.ts"

/** A line of what this program says. */
export type Said =
  | { readonly acknowledged: string; readonly hashes: ReadonlyArray<string> }
  | { readonly undone: string; readonly stored: string; readonly code: string }
  | { readonly refused: string }
  | { readonly fatal: string }

// At once, whatever becomes of this process: not console.log, which may wait.
const say = (said: Said) => writeSync(1, `${JSON.stringify(said)}\n`)

const appendForEver = Effect.fnUntraced(function* () {
  const store = yield* EventStore
  for (;;) {
    const stream = newId()
    const events = newEvents(stream, noStream, 2)
    yield* store.append(stream, noStream, events)
    say({ acknowledged: stream, hashes: events.map(({ hash }) => hash) })
  }
})

const main = Effect.forEach(
  Array.from({ length: 32 }),
  () =>
    appendForEver().pipe(
      Effect.catchTags({
        EventStoreUnavailable: ({ stored, code }) => Effect.sync(() => say({ undone: "append", stored, code })),
        RevisionConflict: ({ stream }) => Effect.die(stream)
      })
    ),
  { concurrency: "unbounded", discard: true }
).pipe(
  Effect.provide(sqliteLayer(process.argv[2] ?? "", { onFatal: (fatal) => say({ fatal }) })),
  Effect.catchTag("DataDirRefused", ({ message }) => Effect.sync(() => say({ refused: message })))
)

if (import.meta.main) await Effect.runPromise(main)
