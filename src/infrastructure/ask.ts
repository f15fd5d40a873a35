import { Effect } from "effect"
import { makeReportPrinter } from "../adapters/cli/report-printer.ts"
import { type ExitCode, type Output, say } from "../adapters/cli/say.ts"
import { askService, type NobodyServes } from "../adapters/sqlite/ask-service.ts"
import type { OperatorRequest, Report } from "../application/ports/operator-requests.ts"

/** How it ended: 0 when it is done, 1 when it was refused or failed. */
export const sayEnding = ({ state, text = "" }: Report, output: Output): Effect.Effect<ExitCode> =>
  say(state === "done" ? 0 : 1, text, output)

/** Asks the service that runs on a data directory, and shows how that goes on until it is over, unless nobody takes it up. */
export const ask = (dataDir: string, request: OperatorRequest, output: Output): Effect.Effect<ExitCode, NobodyServes> =>
  askService(dataDir, request, makeReportPrinter(output)).pipe(
    Effect.flatMap((report) => sayEnding(report, output)),
    Effect.catch((error) => (error._tag === "NobodyServes" ? Effect.fail(error) : say(1, error.message, output)))
  )
