import { Effect, Option } from "effect"
import { Health } from "../health.ts"
import { EventStore } from "../ports/event-store.ts"
import { Log } from "../ports/log.ts"
import { type Row, Views, type ViewsUnavailable } from "../ports/views.ts"
import { streamOf } from "./ids.ts"
import { foldOnto, nothing, revisionOf } from "./loaded.ts"
import type { LostEvent } from "./unusable-event.ts"

/** What the registration's row was made of stands in its stream. The row is read first: what is appended meanwhile is no loss. */
export const readWhole = Effect.fnUntraced(function* (registration: string) {
  const row = yield* Effect.option(rowOf(registration))
  const store = yield* EventStore
  const stream = streamOf(registration)
  const { events, tip, lost } = yield* store.read(stream)
  const loaded = foldOnto(nothing, events, tip)
  const next = revisionOf(loaded) + 1
  const known = Option.getOrUndefined(row)?.revision ?? -1
  const revision = lost ?? (known >= next ? next : undefined)
  if (revision === undefined) return loaded
  const lostEvent: LostEvent = { _tag: "LostEvent", stream, revision }
  yield* tellOfLoss(lostEvent)
  return { unreadable: lostEvent, ...loaded }
})

export const rowOf = (registration: string): Effect.Effect<Row | undefined, ViewsUnavailable, Views> =>
  Views.use((views) => Effect.map(views.rows([registration]), (rows) => rows.get(registration)))

/** Whoever finds it first says so; `ready` names it from then on. */
const tellOfLoss = Effect.fnUntraced(function* (event: LostEvent) {
  const { park } = yield* Health
  const log = yield* Log
  const { stream, revision } = event
  if (park(event)) log.error("history_damaged", { stream, revision, code: "missing" })
})
