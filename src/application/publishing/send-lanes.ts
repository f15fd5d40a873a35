import { Effect, Result } from "effect"
import { type BrokerFailure, MessageBroker } from "../ports/message-broker.ts"
import { halve, type Lane } from "./batches.ts"
import type { Halt } from "./halt.ts"
import { PublisherState } from "./publisher-state.ts"

/** Why a lane has something left. */
export type Stop = BrokerFailure | Extract<Halt, { readonly _tag: "offsets_went_back" }>

/**
 * Sends what the lanes hold, all lanes at once, and each one's batches one after the other. A batch that was not acknowledged stays the first
 * of its lane, unchanged, and ends the lane's turn: the next call begins with it. A batch that is too large is none of its halves' business.
 * `offsets`: the last acknowledged one of each partition, kept up to date.
 */
export const sendLanes = Effect.fnUntraced(function* (lanes: ReadonlyArray<Lane>, offsets: Array<number>) {
  const broker = yield* MessageBroker
  const state = yield* PublisherState

  const send = Effect.fnUntraced(function* ({ partition, batches }: Lane) {
    for (let batch = batches[0]; batch !== undefined; batch = batches[0]) {
      const sent = yield* Effect.result(broker.send(partition, batch))
      if (Result.isFailure(sent)) {
        state.reject(sent.failure.kind)
        const halves = sent.failure.kind === "too_large" ? halve(batch) : undefined
        if (halves === undefined) return sent.failure
        batches.splice(0, 1, ...halves)
        continue
      }
      const acknowledged = offsets[partition] ?? -1
      if (sent.success <= acknowledged)
        return { _tag: "offsets_went_back", partition, acknowledged, found: sent.success } satisfies Stop
      offsets[partition] = sent.success + batch.length - 1
      state.acknowledged(batch.length)
      batches.shift()
    }
    return undefined
  })

  const stops = yield* Effect.forEach(lanes, send, { concurrency: "unbounded" })
  return stops.filter((stop): stop is Stop => stop !== undefined)
})
