import { Effect } from "effect"
import type { Report } from "../../ports/operator-requests.ts"
import { beginCover } from "./cover.ts"
import { onNewestChain } from "./on-newest-chain.ts"

/** Signs what there is now, for an operator. */
export const signNow = Effect.gen(function* () {
  const cover = yield* beginCover
  yield* cover.goOn
  const { count, worthSigning } = cover.uncovered
  yield* cover.signRest
  const { tip } = cover.end
  const done = (text: string): Report => ({ state: "done", text })
  if (tip._tag !== "At") return done("The log holds nothing that could be signed.")
  return worthSigning === undefined
    ? done(`All that there is was signed already, the last of it with the checkpoint at revision ${tip.revision}.`)
    : done(`The checkpoint at revision ${tip.revision} was signed, over ${count} events.`)
}).pipe(onNewestChain)
