import { Effect, Option, Result } from "effect"
import { MessageBroker } from "../ports/message-broker.ts"
import { type Checkpoint, type KnownTopic, type Place, PublisherCheckpoint } from "../ports/publisher-checkpoint.ts"
import type { Bell } from "./bell.ts"
import { type Halt, needsDecision } from "./halt.ts"
import { keepCheckpoint } from "./keep-checkpoint.ts"
import { nextPage, type Page } from "./next-page.ts"
import { type Pace, pauseAfter } from "./pace.ts"
import { PublisherState } from "./publisher-state.ts"
import { type Stop, sendLanes } from "./send-lanes.ts"
import type { Tell } from "./tell.ts"
import { checkTopic, isHalt } from "./topic-check.ts"

type Beginning = {
  readonly checkpoint: Checkpoint | undefined
  readonly place: Place
  readonly pace: Pace
  readonly bell: Bell
  readonly tell: Tell
}

/**
 * Publishes from a place on, until the checkpoint is moved. A page at a time: the next one is read while it is sent, but not sent before all
 * of it is acknowledged. After a rejection the topic is looked at before anything is sent again.
 */
export const publishTerm = Effect.fnUntraced(function* ({ checkpoint, place, pace, bell, tell }: Beginning) {
  const broker = yield* MessageBroker
  const { load } = yield* PublisherCheckpoint
  const state = yield* PublisherState
  const kept = yield* keepCheckpoint(broker.topic, pace.save)
  const term = checkpoint?.term ?? 0
  /** Its offsets are those of the last acknowledgements. */
  let known = checkpoint?.known && copyOf(checkpoint.known)
  /** An operator moved the checkpoint: the topic counts as it is now. */
  let isToTake = checkpoint !== undefined && known === undefined
  let { position } = place
  let page: Page | undefined
  let [lookAt, checkAt, failures] = [0, 0, 0]

  const put = (topic: KnownTopic) => kept.put({ ...place, term, position, known: copyOf(topic) })
  const isMoved = Effect.map(load(broker.topic), (stored) => kept.isMoved() || (stored?.term ?? term) !== term)
  const untilMoved = Effect.fnUntraced(function* (halt: Halt) {
    tell.halted(halt)
    yield* kept.flush
    while (!(yield* isMoved)) yield* Effect.sleep(pace.look)
    lookAt = 0
  })
  const pause = Effect.suspend(() => Effect.sleep(pauseAfter(++failures, pace)))
  const untilChanged = (halt: Halt) => {
    tell.halted(halt)
    return Effect.sleep(pace.longestPause)
  }

  /** The topic, if it may be published to; else it is to be looked at again now. */
  const check = Effect.fnUntraced(function* () {
    const looked = yield* Effect.result(checkTopic(known, isToTake, pace.secondLook))
    if (Result.isFailure(looked)) {
      tell.down(looked.failure.code)
      return yield* Effect.as(pause, undefined)
    }
    const found = looked.success
    if (isHalt(found))
      return yield* Effect.as(needsDecision(found) ? untilMoved(found) : untilChanged(found), undefined)
    // As long as nothing was acknowledged the topic may come with other partitions.
    if (found.offsets.length !== known?.offsets.length) page = undefined
    if (found !== known) known = copyOf(found)
    if (isToTake) {
      put(found)
      yield* kept.flush
    }
    isToTake = false
    checkAt = performance.now() + pace.check
    return known
  })
  /** After it the topic is looked at, and what is left of the page is sent again. */
  const hold = Effect.fnUntraced(function* (stops: ReadonlyArray<Stop>) {
    checkAt = 0
    for (const stop of stops) if (stop._tag !== "BrokerFailure") return yield* untilMoved(stop)
    const failure = stops.find((stop) => stop._tag === "BrokerFailure" && stop.kind !== "too_large")
    if (failure?._tag !== "BrokerFailure") return yield* untilChanged({ _tag: "message_too_large" })
    tell.down(failure.code)
    return yield* pause
  })

  while (true) {
    if (performance.now() >= lookAt) {
      if (yield* isMoved) return
      lookAt = performance.now() + pace.look
    }
    const topic = known === undefined || performance.now() >= checkAt ? yield* check() : known
    if (topic === undefined) continue
    const read = (after: number) => nextPage(after, place, (key) => broker.partitionOf(key, topic.offsets.length))
    page ??= yield* read(position)
    if (page === undefined) {
      failures = 0
      tell.up()
      yield* bell.wait(pace.look)
      continue
    }
    const ahead = Effect.option(Effect.andThen(Effect.yieldNow, read(page.upTo)))
    const [stops, next] = yield* Effect.all([sendLanes(page.lanes, topic.offsets), ahead], { concurrency: 2 })
    if (stops.length > 0) {
      yield* hold(stops)
      continue
    }
    position = page.upTo
    page = Option.getOrUndefined(next)
    failures = 0
    state.reach(position)
    put(topic)
    tell.up()
  }
})

const copyOf = ({ clusterId, offsets }: KnownTopic) => ({ clusterId, offsets: [...offsets] })
