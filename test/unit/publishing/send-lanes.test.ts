import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { type BrokerRecord, MessageBroker } from "../../../src/application/ports/message-broker.ts"
import { PublisherState } from "../../../src/application/publishing/publisher-state.ts"
import { sendLanes } from "../../../src/application/publishing/send-lanes.ts"
import { type Fate, ScriptedBroker } from "../../support/scripted-broker.ts"

const record: BrokerRecord = { key: "a", value: Buffer.from("{}"), headers: {} }

/** What stops the lanes, one for each partition with such a fate, where all of them had acknowledged up to the offset. */
const stopOf = (fates: ReadonlyArray<Fate>, acknowledged = -1) => {
  const broker = new ScriptedBroker(fates.length)
  broker.fate = (partition) => fates[partition] ?? "stored"
  const lanes = fates.map((_, partition) => ({ partition, batches: [[record]] }))
  const offsets = fates.map(() => acknowledged)
  return Effect.flip(sendLanes(lanes, offsets)).pipe(
    Effect.provideService(MessageBroker, broker.service),
    Effect.provide(PublisherState.layer)
  )
}

it.live("what an operator has to decide counts more than what passes, whichever lane it stops", () =>
  Effect.gen(function* () {
    for (const fates of [
      ["stored", "unreachable", "too_large"],
      ["too_large", "unreachable", "stored"]
    ] as const)
      expect(yield* stopOf(fates, 0)).toMatchObject({ halt: { _tag: "offsets_went_back" } })
  })
)

it.live("what passes by itself is waited for before a message is called too large", () =>
  Effect.gen(function* () {
    for (const fates of [
      ["too_large", "read_only"],
      ["read_only", "too_large"]
    ] as const)
      expect(yield* stopOf(fates)).toMatchObject({ kind: "read_only" })
    expect(yield* stopOf(["stored", "too_large"])).toMatchObject({ halt: { _tag: "message_too_large" } })
  })
)
