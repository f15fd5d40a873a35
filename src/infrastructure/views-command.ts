import { Effect, Layer } from "effect"
import { makeReportPrinter } from "../adapters/cli/report-printer.ts"
import type { ExitCode } from "../adapters/cli/say.ts"
import { Reconciled } from "../application/driving/reconciled.ts"
import { largePage } from "../application/follow.ts"
import { Health } from "../application/health.ts"
import { rebuildViews } from "../application/projecting/rebuild-views.ts"
import { type RebuildProgress, reportOfRebuild } from "../application/projecting/rebuild-words.ts"
import { onDataDir, type Surroundings } from "./operator-command.ts"

/** `certreg views rebuild`. */
export const viewsCommand = (surroundings: Surroundings): Effect.Effect<ExitCode> => {
  const print = makeReportPrinter(surroundings.output, process.stdout.isTTY === true)
  const tell = (progress: RebuildProgress) => Effect.sync(() => print(reportOfRebuild("running", progress)))
  const alone = rebuildViews(tell, largePage).pipe(
    Effect.map((progress) => reportOfRebuild("done", progress)),
    Effect.provide(Layer.provideMerge(Reconciled.layer, Health.layer))
  )
  return onDataDir({ _tag: "RebuildViews" }, () => alone, surroundings)
}
