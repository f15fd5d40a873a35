import { Effect } from "effect"
import { followToEnd } from "../follow.ts"
import { hasLastEvent } from "../history/last-event.ts"
import { EventStore } from "../ports/event-store.ts"
import { Log } from "../ports/log.ts"
import { Views } from "../ports/views.ts"
import { ViewsRebuild } from "../ports/views-rebuild.ts"
import { Settings } from "../settings.ts"
import { makeProject } from "./project.ts"
import { type RebuildProgress, rebuildWords } from "./rebuild-words.ts"

/** More than the live ones keep: of a whole log more registrations are under way at once. */
const recentRows = 10_000

/** Milliseconds between two words of how far it is: to who asked, and in the log. */
const told = 500
const logged = 10_000

/**
 * Makes rows and messages anew beside the live ones, and puts them in their place once they are not behind. A process that ended in the middle is
 * no loss: it goes on from what is there.
 */
export const rebuildViews = Effect.fnUntraced(function* (
  tell: (progress: RebuildProgress) => Effect.Effect<void>,
  pageSize?: number
) {
  const rebuild = yield* ViewsRebuild
  const store = yield* EventStore
  const log = yield* Log
  const views = yield* begin
  const project = yield* makeProject(views, { recentRows, putOffUntil: () => undefined })

  const from = yield* views.position
  const since = performance.now()
  let count = 0
  let position = from
  let end = yield* store.positionBefore(0)
  const progress = (): RebuildProgress => ({ count, millis: performance.now() - since, from, position, end })
  log.info("views_rebuild_begun", { detail: rebuildWords(progress()) })

  let toldAt = since
  let loggedAt = since
  const report = Effect.gen(function* () {
    toldAt = performance.now()
    end = Math.max(position, yield* store.positionBefore(0))
    if (toldAt - loggedAt >= logged) {
      loggedAt = toldAt
      log.info("views_rebuild_goes_on", { count, detail: rebuildWords(progress()) })
    }
    yield* tell(progress())
  }).pipe(Effect.ignore)
  const handle: typeof project = (events, upTo, after) =>
    Effect.map(
      project(events, upTo, after),
      Effect.tap(() => {
        count += events.length
        position = upTo
        return performance.now() - toldAt < told ? Effect.void : report
      })
    )

  position = yield* followToEnd(handle, position, pageSize)
  while (!(yield* rebuild.swap)) {
    yield* store.waitBeyond(position)
    position = yield* followToEnd(handle, position, pageSize)
  }
  end = position
  log.info("views_rebuilt", { count, millis: Math.round(progress().millis), detail: rebuildWords(progress()) })
  return progress()
})

/** Those that were begun by this version before, unless the log was put back to before where they are. */
const begin = Effect.gen(function* () {
  const rebuild = yield* ViewsRebuild
  const store = yield* EventStore
  const { eraseAfter } = yield* Settings
  const begun = yield* rebuild.begun(eraseAfter)
  if (begun === undefined) return yield* rebuild.begin
  const isOfLog = yield* Effect.provideService(hasLastEvent, Views, begun)
  return isOfLog && (yield* begun.position) <= (yield* store.positionBefore(0)) ? begun : yield* rebuild.begin
})
