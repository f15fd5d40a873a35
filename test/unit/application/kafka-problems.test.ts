import { it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { describe, expect } from "vitest"
import { conditionsNow } from "../../../src/application/conditions.ts"
import { Health } from "../../../src/application/health.ts"
import type { Words } from "../../../src/application/ports/log.ts"
import type { Halt } from "../../../src/application/publishing/halt.ts"
import { PublisherState } from "../../../src/application/publishing/publisher-state.ts"
import { TrustedClock } from "../../../src/application/trusted-clock.ts"
import { problemsOf } from "../../../src/application/use-cases/name-problems.ts"
import { noMessages } from "../../support/no-messages.ts"
import { noTombstones } from "../../support/no-tombstones.ts"
import { recordedLog } from "../../support/recorded-log.ts"

const state = Layer.suspend(() =>
  Layer.mergeAll(Health.layer, PublisherState.layer, TrustedClock.layer, noMessages, noTombstones, recordedLog().layer)
)
const told = Effect.gen(function* () {
  const { kafka } = yield* conditionsNow
  const problems = yield* Effect.suspend(() => problemsOf({ wall: Date.now(), monotonic: performance.now() }))
  return { kafka, problems }
})
const test = (name: string, body: Effect.Effect<void, never, Layer.Success<typeof state>>) =>
  it.live(name, () => Effect.provide(body, state, { local: true }))

const compacted: Halt = { _tag: "topic_compacted" }

describe("Kafka", () => {
  test(
    "is off, and no problem, while nothing is published",
    Effect.gen(function* () {
      expect(yield* told).toEqual({ kafka: "off", problems: [] })
    })
  )

  test(
    "is up, and no problem, while it takes what comes",
    Effect.gen(function* () {
      ;(yield* PublisherState).up()
      expect(yield* told).toEqual({ kafka: "up", problems: [] })
    })
  )

  test(
    "is down since it failed first, with the last code, until it takes something again",
    Effect.gen(function* () {
      const publisher = yield* PublisherState
      publisher.down("ECONNREFUSED")
      const [first] = (yield* told).problems
      publisher.down("KafkaJSRequestTimeoutError")
      const { kafka, problems } = yield* told
      expect(kafka).toBe("down")
      expect(problems).toEqual([
        {
          dependency: "kafka",
          since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          detail: expect.stringMatching(
            /^Nothing has been published to Kafka since 2\S+Z \(KafkaJSRequestTimeoutError\)\. It goes on by itself where it stopped\.$/
          )
        }
      ])
      const seconds = Date.parse(problems[0]?.since ?? "") - Date.parse(first?.since ?? "")
      expect(Math.abs(seconds)).toBeLessThan(1000)
      publisher.up()
      expect(yield* told).toEqual({ kafka: "up", problems: [] })
    })
  )

  test(
    "says what somebody has to do, where that is known",
    Effect.gen(function* () {
      const publisher = yield* PublisherState
      const words = Effect.map(told, ({ problems }) => problems[0]?.detail)
      publisher.down("UNKNOWN_TOPIC_OR_PARTITION", { advice: "Make it." as Words })
      expect(yield* words).toMatch(/\(UNKNOWN_TOPIC_OR_PARTITION\)\. Make it\. It goes on/)
      publisher.down(compacted._tag, { halted: compacted })
      expect(yield* words).toMatch(/compacted.*cleanup\.policy/)
    })
  )

  test(
    "is down while the work itself fails, whatever the broker said last",
    Effect.gen(function* () {
      const { workFailed, works } = yield* Health
      ;(yield* PublisherState).up()
      workFailed("publish", performance.now(), "SQLITE_BUSY")
      const { kafka, problems } = yield* told
      expect(kafka).toBe("down")
      expect(problems).toMatchObject([{ dependency: "kafka", operation: "publish" }])
      works("publish")
      expect(yield* told).toEqual({ kafka: "up", problems: [] })
    })
  )

  test(
    "is off where nothing is published, also when the work fails",
    Effect.gen(function* () {
      ;(yield* Health).workFailed("publish", performance.now(), "SQLITE_BUSY")
      expect((yield* told).kafka).toBe("off")
    })
  )
})
