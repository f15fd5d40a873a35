import { Effect } from "effect"
import { MessageBroker, type Topic } from "../ports/message-broker.ts"
import type { KnownTopic } from "../ports/publisher-checkpoint.ts"
import { type Halt, needsDecision } from "./halt.ts"

/** What is known of a topic before anything was acknowledged by it. */
const untouched = ({ clusterId, nextOffsets }: Topic): KnownTopic => ({ clusterId, offsets: nextOffsets.map(() => -1) })

/** What is known of a topic whose records count as acknowledged, whoever made them. */
const takenAsIs = ({ clusterId, nextOffsets }: Topic): KnownTopic => ({
  clusterId,
  offsets: nextOffsets.map((next) => next - 1)
})

/** Whether what was acknowledged is where it was. `known` is absent while nothing was. */
export const judge = (topic: Topic, known: KnownTopic | undefined): KnownTopic | Halt => {
  if (topic.cleanupPolicy.includes("compact")) return { _tag: "topic_compacted" }
  if (known === undefined || known.offsets.every((offset) => offset < 0)) return untouched(topic)
  if (topic.clusterId !== known.clusterId) return { _tag: "another_cluster" }
  const [from, to] = [known.offsets.length, topic.nextOffsets.length]
  if (from !== to) return { _tag: "partitions_changed", from, to }
  const behind = known.offsets.findIndex((offset, partition) => (topic.nextOffsets[partition] ?? 0) <= offset)
  if (behind === -1) return known
  const [acknowledged = -1, found = 0] = [known.offsets[behind], topic.nextOffsets[behind]]
  return { _tag: "offsets_went_back", partition: behind, acknowledged, found }
}

export const isHalt = (verdict: KnownTopic | Halt): verdict is Halt => "_tag" in verdict

/** Looks at the topic; twice, where it is not what it was. `take`: as it is now. */
export const checkTopic = Effect.fnUntraced(function* (
  known: KnownTopic | undefined,
  take: boolean,
  secondLook: number
) {
  const { describe } = yield* MessageBroker
  const look = Effect.map(describe, (topic) => judge(topic, take ? takenAsIs(topic) : known))
  const verdict = yield* look
  if (!isHalt(verdict) || !needsDecision(verdict)) return verdict
  yield* Effect.sleep(secondLook)
  return yield* look
})
