import { Effect } from "effect"
import type { ExitCode, Output } from "../adapters/cli/client-command.ts"
import { makeReportPrinter } from "../adapters/cli/report-printer.ts"
import { askService } from "../adapters/sqlite/ask-service.ts"
import type { OperatorRequest, Report } from "../application/ports/operator-requests.ts"

/** How it ended: 0 when it is done, 1 when it was refused or failed. */
export const sayEnding = ({ state, text }: Report, { stdout, stderr }: Output): ExitCode => {
  const say = state === "done" ? stdout : stderr
  if (text !== undefined) say(text)
  return state === "done" ? 0 : 1
}

/** Asks the service that runs on a data directory, and shows how that goes on until it is over. */
export const ask = (dataDir: string, request: OperatorRequest, output: Output): Effect.Effect<ExitCode> =>
  askService(dataDir, request, makeReportPrinter(output, process.stdout.isTTY === true)).pipe(
    Effect.map((report) => sayEnding(report, output)),
    Effect.catch((error) => Effect.sync(() => sayEnding({ state: "refused", text: error.message }, output)))
  )
