import { Effect, Layer } from "effect"
import { tellOn } from "../../adapters/cli/report-printer.ts"
import { say } from "../../adapters/cli/say.ts"
import { usage } from "../../adapters/cli/usage.ts"
import { Reconciled } from "../../application/driving/reconciled.ts"
import { largePage } from "../../application/follow.ts"
import { Health } from "../../application/health.ts"
import { rebuildViews } from "../../application/projecting/rebuild-views.ts"
import { type RebuildProgress, reportOfRebuild } from "../../application/projecting/rebuild-words.ts"
import { onDataDir } from "../operator-command.ts"
import type { Command } from "../surroundings.ts"

/** `certreg views rebuild`: 0 when it is done, 1 when it was refused or failed, 2 where there is nothing to do it with. */
export const run: Command = (args, surroundings) => {
  if (args.length !== 1 || args[0] !== "rebuild") return say(2, usage, surroundings.output)
  const print = tellOn(surroundings.output)
  const tell = (progress: RebuildProgress) => print(reportOfRebuild("running", progress))
  const alone = rebuildViews(tell, largePage).pipe(
    Effect.map((progress) => reportOfRebuild("done", progress)),
    Effect.provide(Layer.provideMerge(Reconciled.layer, Health.layer))
  )
  return onDataDir({ _tag: "RebuildViews" }, () => alone, surroundings)
}
