import { Effect } from "effect"
import { MessageBroker } from "../ports/message-broker.ts"
import type { Checkpoint, KnownTopic } from "../ports/publisher-checkpoint.ts"
import { Halted, needsDecision } from "./halt.ts"
import type { Pace } from "./pace.ts"
import { type Expected, isHalt, judge } from "./topic-check.ts"

/** A topic that may be published to. Whoever sends keeps its offsets those of the last acknowledgements. */
export type OpenTopic = { readonly clusterId: string; readonly offsets: Array<number> }

/**
 * Looks at the topic before anything is sent to it, from time to time, and after a doubt. `take` is told of a topic that counts as it is, since
 * an operator moved the checkpoint.
 */
export const watchTopic = Effect.fnUntraced(function* (
  checkpoint: Checkpoint | undefined,
  { check, secondLook }: Pace,
  take: (topic: KnownTopic) => Effect.Effect<void>
) {
  const { describe } = yield* MessageBroker
  const before: Expected = checkpoint === undefined ? "nothing" : (checkpoint.known ?? "as_it_is")
  let open: OpenTopic | undefined
  let checkAt = 0

  const look = Effect.map(describe, (topic) => judge(topic, open ?? before))
  const checked = Effect.fnUntraced(function* () {
    let found = yield* look
    if (isHalt(found) && needsDecision(found)) found = yield* Effect.delay(look, secondLook)
    if (isHalt(found)) return yield* new Halted({ halt: found })
    if (open === undefined && before === "as_it_is") yield* take(found)
    open = { clusterId: found.clusterId, offsets: [...found.offsets] }
    checkAt = performance.now() + check
    return open
  })

  return {
    /** The topic, if it may be published to. */
    topic: Effect.suspend(() => (open && performance.now() < checkAt ? Effect.succeed(open) : checked())),
    doubt: Effect.sync(() => {
      checkAt = 0
    })
  }
})
