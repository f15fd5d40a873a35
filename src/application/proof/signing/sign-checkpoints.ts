import { Effect } from "effect"
import { Health } from "../../health.ts"
import { EventStore } from "../../ports/event-store.ts"
import { Telemetry } from "../../ports/telemetry.ts"
import { Settings } from "../../settings.ts"
import { beginCover, type Cover } from "./cover.ts"
import { onNewestChain } from "./on-newest-chain.ts"

/** Milliseconds for which new events are let come, so that they are read together. */
const gathering = 1000

/**
 * Signs a checkpoint for every 1,000 events, and `checkpointInterval` after the first one that is not covered at the latest. Decodes nothing
 * of what it covers. Never returns; begun anew, also when another instance was faster, it goes on from the last checkpoint that there is.
 */
export const signCheckpoints = Effect.gen(function* () {
  const store = yield* EventStore
  const { checkpointInterval } = yield* Settings
  const { works } = yield* Health
  const cover = yield* beginCover
  yield* tellOf(cover)
  const pause = Math.min(gathering, checkpointInterval / 2)
  while (true) {
    yield* cover.goOn
    const millis = millisLeft(cover, checkpointInterval - pause)
    if (millis <= 0) yield* cover.signRest
    works("sign_checkpoints")
    const news = Effect.andThen(store.waitBeyond(cover.reached), Effect.sleep(pause))
    yield* millis > 0 && millis < Number.POSITIVE_INFINITY ? Effect.raceFirst(news, Effect.sleep(millis)) : news
  }
}).pipe(onNewestChain)

/** Until the rest is to be signed. */
const millisLeft = ({ uncovered }: Cover, within: number): number =>
  uncovered.since === undefined ? Number.POSITIVE_INFINITY : uncovered.since + within - performance.now()

const tellOf = Effect.fnUntraced(function* ({ end }: Cover) {
  const { checkpointSigned } = yield* Telemetry
  if (end.tip._tag === "At") checkpointSigned(end.lastPosition, Date.parse(end.tip.recordedAt) / 1000)
})
