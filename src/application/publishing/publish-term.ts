import { Effect, Option, Schedule } from "effect"
import type { Bell } from "../bell.ts"
import type { FeedCursor } from "../messages/feed-cursor.ts"
import type { Position } from "../ports/event-store.ts"
import { type BrokerFailure, MessageBroker } from "../ports/message-broker.ts"
import type { Checkpoint, KnownTopic } from "../ports/publisher-checkpoint.ts"
import { type Halted, needsDecision } from "./halt.ts"
import { keepCheckpoint } from "./keep-checkpoint.ts"
import { nextPage, type Page } from "./next-page.ts"
import { type Pace, pauseAfter } from "./pace.ts"
import { PublisherState } from "./publisher-state.ts"
import { reportSilence } from "./report-silence.ts"
import type { StatusReports } from "./report-status.ts"
import { sendLanes } from "./send-lanes.ts"
import { watchTopic } from "./topic-watch.ts"

type Beginning = {
  readonly checkpoint: Checkpoint | undefined
  readonly place: FeedCursor
  readonly pace: Pace
  readonly bell: Bell
  readonly report: StatusReports
}

/**
 * Publishes from a place on, until the checkpoint is moved. A page at a time: the next one is read while it is sent, but not sent before all
 * of it is acknowledged. After a rejection the topic is looked at, and what is left of the page is sent before anything else.
 */
export const publishTerm = Effect.fnUntraced(function* ({ checkpoint, place, pace, bell, report }: Beginning) {
  const { reach } = yield* PublisherState
  const kept = yield* keepCheckpoint((yield* MessageBroker).topic, checkpoint?.term ?? 0, pace.save)
  let { position } = place
  let page: Page | undefined
  let failures = 0

  const put = ({ clusterId, offsets }: KnownTopic) =>
    kept.put({ ...place, position, known: { clusterId, offsets: [...offsets] } })
  const watch = yield* watchTopic(checkpoint, pace, (topic) => {
    put(topic)
    return kept.flush
  })
  const answered = <A, E, R>(work: Effect.Effect<A, E, R>) =>
    Effect.raceFirst(work, reportSilence(pace.silence, report))
  const works = () => {
    failures = 0
    report.up()
  }

  /** Sends a page, or waits for one. */
  const publishPage = Effect.fnUntraced(function* () {
    const topic = yield* answered(watch.topic)
    const read = (after: Position) => nextPage(after, place, topic.offsets.length)
    // As long as nothing was acknowledged the topic may come with other partitions.
    if (page?.partitions !== topic.offsets.length) page = yield* read(position)
    if (page === undefined) {
      works()
      return yield* bell.wait(pace.look)
    }
    const ahead = Effect.option(Effect.andThen(Effect.yieldNow, read(page.upTo)))
    const [, next] = yield* Effect.all([answered(sendLanes(page.lanes, topic.offsets)), ahead], { concurrency: 2 })
    position = page.upTo
    page = Option.getOrUndefined(next)
    reach(position)
    put(topic)
    works()
  })

  const untilMoved = Effect.repeat(kept.isMoved, { until: (isMoved) => isMoved, schedule: Schedule.spaced(pace.look) })
  const afterFailure = (failure: BrokerFailure) => {
    report.down(failure)
    return Effect.sleep(pauseAfter(++failures, pace))
  }
  const afterHalt = ({ halt }: Halted) => {
    report.halted(halt)
    return needsDecision(halt) ? Effect.andThen(kept.flush, untilMoved) : Effect.sleep(pace.longestPause)
  }

  while (!(yield* kept.isMoved))
    yield* publishPage().pipe(
      Effect.tapError(() => watch.doubt),
      Effect.catchTags({ BrokerFailure: afterFailure, Halted: afterHalt })
    )
})
