import { Effect } from "effect"
import type { Output } from "../adapters/cli/say.ts"
import { askService } from "../adapters/sqlite/ask-service.ts"
import { isDataDirInUse } from "../adapters/sqlite/lock.ts"

/** Longer than a service needs that has much to sign; who exports goes on with what is signed then. */
const patience = "30 seconds"

/** Lets the service that runs on a data directory sign what it has. Where it does not, that is said, and nothing else. */
export const askToSign = (dataDir: string, { stderr }: Output): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (!isDataDirInUse(dataDir)) return Effect.void
    const unsigned = (why: string) => Effect.sync(() => stderr(`The service did not sign a checkpoint. ${why}`))
    return askService(dataDir, { _tag: "SignCheckpoint" }, () => {}).pipe(
      Effect.timeout(patience),
      Effect.matchEffect({
        onSuccess: ({ state, text = "" }) => (state === "done" ? Effect.void : unsigned(text)),
        onFailure: (error) =>
          error._tag === "NobodyServes"
            ? Effect.void
            : unsigned(error._tag === "TimeoutError" ? "It did not answer in time." : error.message)
      })
    )
  })
