import { Effect, Result } from "effect"
import { newId } from "../application/history/ids.ts"
import { openLog } from "../application/history/open-log.ts"
import { storesLayer } from "./app.ts"
import { readConfig } from "./config.ts"
import { holdsLog } from "./first-start.ts"

type Said = { readonly code: 0 | 1 | 2; readonly text: string }

/** Makes log and vault, once, with the configuration of the start. A second time changes nothing (exit code 2). */
export const init = (environment: Record<string, string | undefined>, directory: string): Effect.Effect<Said> => {
  const config = readConfig(environment, directory)
  if (Result.isFailure(config)) return Effect.succeed({ code: 2, text: config.failure.message })
  if (holdsLog(config.success))
    return Effect.succeed({ code: 2, text: "DATA_DIR holds a log already: nothing was changed." })
  return openLog(config.success.esign.environment, newId()).pipe(
    Effect.provide(storesLayer(config.success, () => {})),
    Effect.match({
      onSuccess: ({ logId }): Said => ({ code: 0, text: `Made log ${logId} and its vault.` }),
      onFailure: (error): Said => ({ code: 1, text: error.message })
    })
  )
}
