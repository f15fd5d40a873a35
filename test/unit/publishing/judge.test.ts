import { expect, it } from "vitest"
import type { Topic } from "../../../src/application/ports/message-broker.ts"
import type { KnownTopic } from "../../../src/application/ports/publisher-checkpoint.ts"
import { haltWords } from "../../../src/application/publishing/halt.ts"
import { isHalt, judge } from "../../../src/application/publishing/topic-check.ts"

const known: KnownTopic = { clusterId: "a", offsets: [4, -1, 0] }
const topic = (over: Partial<Topic> = {}): Topic => ({
  clusterId: "a",
  cleanupPolicy: "delete",
  nextOffsets: [5, 0, 1],
  ...over
})

const cases: ReadonlyArray<readonly [string, Partial<Topic>, object]> = [
  ["is as it was", {}, known],
  ["has more than we know of", { nextOffsets: [9, 3, 1] }, known],
  ["is in another cluster", { clusterId: "b" }, { _tag: "another_cluster" }],
  ["has more partitions", { nextOffsets: [5, 0, 1, 0] }, { _tag: "partitions_changed", from: 3, to: 4 }],
  ["has fewer partitions", { nextOffsets: [5, 0] }, { _tag: "partitions_changed", from: 3, to: 2 }],
  [
    "lacks a record",
    { nextOffsets: [4, 0, 1] },
    { _tag: "offsets_went_back", partition: 0, acknowledged: 4, found: 4 }
  ],
  [
    "lacks all of a partition",
    { nextOffsets: [5, 0, 0] },
    { _tag: "offsets_went_back", partition: 2, acknowledged: 0, found: 0 }
  ],
  ["is compacted", { cleanupPolicy: "compact" }, { _tag: "topic_compacted" }],
  ["is compacted too", { cleanupPolicy: "delete,compact", clusterId: "b" }, { _tag: "topic_compacted" }]
]

it.each(cases)("a topic that %s", (_, over, verdict) => {
  expect(judge(topic(over), known)).toStrictEqual(verdict)
})

it.each(["nothing" as const, { clusterId: "b", offsets: [-1, -1] }])(
  "a topic that has acknowledged nothing",
  (before) => {
    expect(judge(topic(), before)).toStrictEqual({ clusterId: "a", offsets: [-1, -1, -1] })
  }
)

it("says in a sentence what is wrong, and what can be done", () => {
  for (const [, over] of cases) {
    const verdict = judge(topic(over), known)
    if (isHalt(verdict)) expect(haltWords(verdict)).toMatch(/^Nothing is published: .*(certreg kafka|it goes on\.)/)
  }
})
