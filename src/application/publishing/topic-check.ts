import type { Topic } from "../ports/message-broker.ts"
import type { KnownTopic } from "../ports/publisher-checkpoint.ts"
import type { Halt } from "./halt.ts"

/** What a topic has to hold: what it acknowledged, if there is something, or just what it holds, since an operator says so. */
export type Expected = KnownTopic | "nothing" | "as_it_is"

/** What is known of a topic before anything was acknowledged by it. */
const untouched = ({ clusterId, nextOffsets }: Topic): KnownTopic => ({ clusterId, offsets: nextOffsets.map(() => -1) })

/** What is known of a topic whose records count as acknowledged, whoever made them. */
const takenAsIs = ({ clusterId, nextOffsets }: Topic): KnownTopic => ({
  clusterId,
  offsets: nextOffsets.map((next) => next - 1)
})

/** Whether what was acknowledged is where it was. */
export const judge = (topic: Topic, expected: Expected): KnownTopic | Halt => {
  if (topic.cleanupPolicy.includes("compact")) return { _tag: "topic_compacted" }
  if (expected === "as_it_is") return takenAsIs(topic)
  if (expected === "nothing" || expected.offsets.every((offset) => offset < 0)) return untouched(topic)
  if (topic.clusterId !== expected.clusterId) return { _tag: "another_cluster" }
  const [from, to] = [expected.offsets.length, topic.nextOffsets.length]
  if (from !== to) return { _tag: "partitions_changed", from, to }
  const behind = expected.offsets.findIndex((offset, partition) => (topic.nextOffsets[partition] ?? 0) <= offset)
  if (behind === -1) return expected
  const [acknowledged = -1, found = 0] = [expected.offsets[behind], topic.nextOffsets[behind]]
  return { _tag: "offsets_went_back", partition: behind, acknowledged, found }
}

export const isHalt = (verdict: KnownTopic | Halt): verdict is Halt => "_tag" in verdict
