import { Effect } from "effect"
import { makeReportPrinter } from "../../adapters/cli/report-printer.ts"
import { say } from "../../adapters/cli/say.ts"
import { usage } from "../../adapters/cli/usage.ts"
import type { Report } from "../../application/ports/operator-requests.ts"
import { rewrapKeys } from "../../application/operator-requests/rewrap-keys.ts"
import { onDataDir } from "../operator-command.ts"
import type { Command } from "../surroundings.ts"

/** `certreg keys rewrap`. */
export const run: Command = (args, surroundings) => {
  if (args.length !== 1 || args[0] !== "rewrap") return say(2, usage, surroundings.output)
  const print = makeReportPrinter(surroundings.output, process.stdout.isTTY === true)
  const alone = rewrapKeys((report: Report) => Effect.sync(() => print(report)))
  return onDataDir({ _tag: "RewrapKeys" }, () => alone, surroundings)
}
