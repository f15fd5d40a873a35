import { Effect, Semaphore } from "effect"
import { Health } from "../health.ts"
import { NewMessages } from "../messages/new-messages.ts"
import { Messages, reachOf } from "../ports/messages.ts"
import type { Report } from "../ports/operator-requests.ts"
import { ViewsRebuild } from "../ports/views-rebuild.ts"
import { Settings } from "../settings.ts"
import { rebuildViews } from "./rebuild-views.ts"
import { type RebuildProgress, reportOfRebuild } from "./rebuild-words.ts"

/** The rebuilds of a running service, of which there is one at a time. */
export const makeRebuilds = Effect.gen(function* () {
  const { withPermit } = yield* Semaphore.make(1)
  const { works } = yield* Health

  const rebuilt = (tell: (progress: RebuildProgress) => Effect.Effect<void>) =>
    withPermit(rebuildViews(tell)).pipe(Effect.tap(tellOfMessages))

  /** Once, at a start, where the rows were made by another version or under another configuration. Never returns. */
  const whenDue = Effect.gen(function* () {
    const rebuild = yield* ViewsRebuild
    const { eraseAfter } = yield* Settings
    if (yield* rebuild.isDue(eraseAfter)) yield* rebuilt(() => Effect.void)
    works("rebuild_views")
    return yield* Effect.never
  })

  /** When an operator asks for one. */
  const onRequest = (tell: (report: Report) => Effect.Effect<void>) =>
    Effect.map(
      rebuilt((progress) => tell(reportOfRebuild("running", progress))),
      (progress) => reportOfRebuild("done", progress)
    )

  return { whenDue, onRequest }
})

/** There may be some that were not there before: who follows them has missed these. */
const tellOfMessages = Effect.gen(function* () {
  const messages = yield* Messages
  const { announce } = yield* NewMessages
  const end = yield* messages.end
  const upTo = reachOf(end)
  announce({ after: upTo, upTo, epoch: end.epoch, messages: [] })
}).pipe(Effect.ignore)
