import { Effect, Result } from "effect"
import { type BrokerFailure, MessageBroker } from "../ports/message-broker.ts"
import { halve, type Lane } from "./batches.ts"
import { Halted, needsDecision } from "./halt.ts"
import { PublisherState } from "./publisher-state.ts"

/** Of what stopped some lanes: what an operator has to decide, then what passes by itself. */
const gravest = (stops: ReadonlyArray<BrokerFailure | Halted>): BrokerFailure | Halted | undefined =>
  stops.find((stop) => stop._tag === "Halted" && needsDecision(stop.halt)) ??
  stops.find(({ _tag }) => _tag === "BrokerFailure") ??
  stops[0]

/**
 * Sends what the lanes hold, all lanes at once, and each one's batches one after the other. A batch that was not acknowledged stays the first
 * of its lane, unchanged, and ends the lane's turn: the next call begins with it. A batch that is too large is none of its halves' business.
 * Fails when no lane has anything under way. `offsets`: the last acknowledged one of each partition, kept up to date.
 */
export const sendLanes = Effect.fnUntraced(function* (lanes: ReadonlyArray<Lane>, offsets: Array<number>) {
  const broker = yield* MessageBroker
  const state = yield* PublisherState

  const send = Effect.fnUntraced(function* ({ partition, batches }: Lane) {
    for (let batch = batches[0]; batch !== undefined; batch = batches[0]) {
      const sent = yield* Effect.result(broker.send(partition, batch))
      if (Result.isFailure(sent)) {
        state.reject(sent.failure.kind)
        if (sent.failure.kind !== "too_large") return yield* sent.failure
        const halves = halve(batch)
        if (halves === undefined) return yield* new Halted({ halt: { _tag: "message_too_large" } })
        batches.splice(0, 1, ...halves)
        continue
      }
      const [acknowledged = -1, found] = [offsets[partition], sent.success]
      if (found <= acknowledged)
        return yield* new Halted({ halt: { _tag: "offsets_went_back", partition, acknowledged, found } })
      offsets[partition] = found + batch.length - 1
      state.addPublished(batch.length)
      batches.shift()
    }
  })

  const [, stops] = yield* Effect.partition(lanes, send, { concurrency: "unbounded" })
  const stop = gravest(stops)
  if (stop) return yield* stop
})
