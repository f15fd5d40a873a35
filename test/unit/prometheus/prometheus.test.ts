import { describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { expect } from "vitest"
import { expositionLayer } from "../../../src/adapters/prometheus/exposition.ts"
import type { DataFiles } from "../../../src/adapters/prometheus/gauges.ts"
import { prometheusLayer } from "../../../src/adapters/prometheus/prometheus.ts"
import { Health } from "../../../src/application/health.ts"
import { Exposition } from "../../../src/application/ports/exposition.ts"
import { failureKinds } from "../../../src/application/ports/message-broker.ts"
import { Telemetry } from "../../../src/application/ports/telemetry.ts"
import { Views, ViewsUnavailable } from "../../../src/application/ports/views.ts"
import { PublisherState } from "../../../src/application/publishing/publisher-state.ts"
import { parseMetrics } from "../../support/prometheus-text.ts"
import { savePage } from "../../support/saved-page.ts"
import { settingsWith } from "../../support/settings.ts"
import { sqliteLayer } from "../../support/sqlite.ts"
import { temporaryFolder } from "../../support/temporary-folder.ts"

const files: DataFiles = {
  databases: [
    { name: "log", bytes: 4096, walBytes: 12 },
    { name: "views", bytes: 8192, walBytes: 0 }
  ],
  disk: { bytes: 1000, freeBytes: 400 }
}

/** `answers` may change between two looks. */
const measuring = (answers: { files: DataFiles | undefined; views: boolean } = { files, views: true }) => {
  const stores = sqliteLayer(temporaryFolder())
  const views = Layer.effect(
    Views,
    Views.useSync((real) => {
      const ask = <A>(question: Effect.Effect<A, ViewsUnavailable>) =>
        Effect.suspend(() =>
          answers.views ? question : Effect.fail(new ViewsUnavailable({ operation: "asked", code: "SQLITE_BUSY" }))
        )
      return { ...real, backlog: (now, late) => ask(real.backlog(now, late)), position: ask(real.position) }
    })
  )
  const asked = Effect.suspend(() => (answers.files ? Effect.succeed(answers.files) : Effect.fail({ _tag: "Gone" })))
  return expositionLayer(asked).pipe(
    Layer.provideMerge(prometheusLayer),
    Layer.provideMerge(
      Layer.mergeAll(views.pipe(Layer.provideMerge(stores)), Health.layer, PublisherState.layer, settingsWith())
    )
  )
}

const look = Exposition.use(({ text }) => Effect.map(text, parseMetrics))
const provided = <A, E>(
  test: Effect.Effect<A, E, Layer.Success<ReturnType<typeof measuring>>>,
  ...given: Parameters<typeof measuring>
) => Effect.provide(test, measuring(...given), { local: true })

const sampled = (samples: ReadonlyArray<{ readonly labels: object; readonly value: number }>) =>
  samples.map(({ labels, value }) => [...Object.values(labels), value])

describe("what is measured, as text", () => {
  it.live("can be read, is named by one rule, and says what it means", () =>
    provided(
      Effect.gen(function* () {
        const { mediaType } = yield* Exposition
        expect(mediaType).toMatch(/^text\/plain; version=0\.0\.4\b/)
        const { families, value } = yield* look
        for (const [name, { type, help, samples }] of families) {
          expect(name).toMatch(/^(?:certreg|process|nodejs)_[a-z0-9_]+$/)
          expect(help.length).toBeGreaterThan(10)
          if (!name.startsWith("certreg_")) continue
          expect(name.endsWith("_total"), name).toBe(type === "counter")
          expect(name, name).not.toMatch(/millis|minutes|kilo|_ms\b/)
          const labels = samples.flatMap((sample) => Object.keys(sample.labels))
          const allowed = [
            "route",
            "method",
            "status",
            "command",
            "outcome",
            "call",
            "le",
            "follower",
            "dependency",
            "database",
            "reason",
            "way"
          ]
          expect(allowed).toEqual(expect.arrayContaining([...new Set(labels)]))
        }
        for (const name of [
          "process_cpu_seconds_total",
          "process_resident_memory_bytes",
          "nodejs_eventloop_lag_p99_seconds"
        ])
          expect(value(name), name).toBeDefined()
      })
    )
  )

  it.live("counts what it is told", () =>
    provided(
      Effect.gen(function* () {
        const told = yield* Telemetry
        told.requestAnswered("/v1/registrations/:id", "GET", 200, 0.004)
        told.requestAnswered("/v1/registrations/:id", "GET", 200, 4)
        told.requestAnswered("/v1/registrations/:id", "GET", undefined, 4)
        told.requestAnswered(undefined, "PROPFIND", 404, 0.001)
        told.requestAnswered(undefined, "MKCOL", 404, 0.001)
        told.requestAnswered(undefined, undefined, 400, 0)
        told.commandDecided("Withdraw", "done")
        told.commandDecided("Withdraw", "WrongState")
        told.commandDecided("Withdraw", "WrongState")
        told.platformCalled("confirm", "unknown", 2)
        told.groupCommitted(3, 0.002)
        told.groupCommitted(40, 0.2)
        told.appended(0.003)
        told.jobsWaiting(7)
        told.jobsWaiting(2)
        expect([told.callbackPinged(), told.callbackPinged()]).toEqual([1, 2])
        const { value, samples } = yield* look
        expect(sampled(samples("certreg_http_requests_total"))).toEqual([
          ["/v1/registrations/:id", "GET", "200", 2],
          ["/v1/registrations/:id", "GET", "none", 1],
          ["none", "other", "404", 2],
          ["none", "none", "400", 1]
        ])
        const seconds = "certreg_http_request_duration_seconds"
        expect(value(`${seconds}_bucket`, { route: "/v1/registrations/:id", le: "0.005" })).toBe(1)
        expect(value(`${seconds}_sum`, { route: "/v1/registrations/:id" })).toBeCloseTo(8.004)
        expect(sampled(samples("certreg_commands_total"))).toEqual([
          ["Withdraw", "done", 1],
          ["Withdraw", "WrongState", 2]
        ])
        expect(value("certreg_platform_calls_total", { call: "confirm", outcome: "unknown" })).toBe(1)
        expect(value("certreg_platform_calls_total")).toBe(1)
        expect(value("certreg_platform_call_duration_seconds_sum", { call: "confirm" })).toBe(2)
        expect(value("certreg_store_group_jobs_sum")).toBe(43)
        expect(value("certreg_store_group_jobs_bucket", { le: "4" })).toBe(1)
        expect(value("certreg_store_commit_duration_seconds_sum")).toBeCloseTo(0.202)
        expect(value("certreg_store_append_duration_seconds_count")).toBe(1)
        expect(value("certreg_store_waiting_jobs")).toBe(2)
        expect(value("certreg_callback_pings_total")).toBe(2)
      })
    )
  )

  it.live("has a zero for each end that a platform call can have, so that its first one shows as a rise", () =>
    provided(
      Effect.gen(function* () {
        const { samples } = yield* look
        const calls = samples("certreg_platform_calls_total")
        expect(calls.every(({ value }) => value === 0)).toBe(true)
        expect(new Set(calls.map(({ labels }) => labels["call"]))).toEqual(
          new Set(["token", "urls", "upload", "confirm", "poll"])
        )
        expect(calls).toHaveLength(30)
      })
    )
  )
})

describe("what is asked for", () => {
  it.live("is as it is when somebody looks", () =>
    provided(
      Effect.gen(function* () {
        const health = yield* Health
        health.failed("poll", 0, "http_503")
        health.reportHistoryCheck({ checkedTo: 17, at: "2026-11-25T10:00:00.000Z" })
        const first = yield* look
        expect(sampled(first.samples("certreg_dependency_up"))).toEqual([
          ["eventStore", 1],
          ["keys", 1],
          ["platform", 0],
          ["storage", 1]
        ])
        expect(first.value("certreg_history_checked_position")).toBe(17)
        expect(first.value("certreg_history_checked_timestamp_seconds")).toBe(1_795_600_800)
        expect(first.value("certreg_history_flaw")).toBe(0)
        expect(first.value("certreg_log_end_position")).toBe(0)
        expect(first.value("certreg_messages_blocked")).toBe(0)
        expect(first.value("certreg_registrations_due")).toBe(0)
        expect(first.value("certreg_follower_lag_positions", { follower: "projection" })).toBe(0)
        expect(sampled(first.samples("certreg_wal_bytes"))).toEqual([
          ["log", 12],
          ["views", 0]
        ])
        expect(first.value("certreg_disk_free_bytes")).toBe(400)
        health.answered("poll")
        health.reportHistoryCheck({ flaw: "There is one." })
        yield* savePage({ position: 6, blocked: { position: 6, stream: "registration-r", revision: 0 } })
        const second = yield* look
        expect(second.value("certreg_dependency_up", { dependency: "platform" })).toBe(1)
        expect(second.value("certreg_history_flaw")).toBe(1)
        expect(second.value("certreg_messages_blocked")).toBe(1)
      })
    )
  )

  it.live("says nothing of Kafka while nothing is published, but for counts of zero", () =>
    provided(
      Effect.gen(function* () {
        const { samples, value, families } = yield* look
        const named = [...families.keys()].filter((name) => name.startsWith("certreg_kafka_"))
        expect(named.filter((name) => samples(name).length > 0)).toEqual([
          "certreg_kafka_records_published_total",
          "certreg_kafka_batches_rejected_total"
        ])
        expect(value("certreg_kafka_records_published_total")).toBe(0)
        expect(sampled(samples("certreg_kafka_batches_rejected_total"))).toEqual(failureKinds.map((kind) => [kind, 0]))
      })
    )
  )

  it.live("says how publishing is, and forgets it with the process alone", () =>
    provided(
      Effect.gen(function* () {
        const publisher = yield* PublisherState
        publisher.up()
        publisher.reach(17)
        publisher.measured({ messages: 3, seconds: 1.5 })
        publisher.addPublished(500)
        publisher.addPublished(12)
        publisher.reject("read_only")
        publisher.reject("read_only")
        const kafka = { dependency: "kafka" }
        const first = yield* look
        expect(first.value("certreg_dependency_up", kafka)).toBe(1)
        expect(first.value("certreg_kafka_acknowledged_position")).toBe(17)
        expect(first.value("certreg_kafka_lag_messages")).toBe(3)
        expect(first.value("certreg_kafka_lag_seconds")).toBe(1.5)
        expect(first.value("certreg_kafka_halted")).toBe(0)
        publisher.down("topic_compacted", { halted: { _tag: "topic_compacted" } })
        const second = yield* look
        expect(second.value("certreg_dependency_up", kafka)).toBe(0)
        expect(second.value("certreg_kafka_halted")).toBe(1)
        expect(second.value("certreg_kafka_records_published_total")).toBe(512)
        expect(second.value("certreg_kafka_batches_rejected_total", { reason: "read_only" })).toBe(2)
        expect(second.value("certreg_kafka_batches_rejected_total")).toBe(2)
      })
    )
  )

  it.live("has no value, rather than an old one, while it does not answer, and all else has", () => {
    const answers = { files: files as DataFiles | undefined, views: true }
    const names = [
      "certreg_registrations_due",
      "certreg_oldest_due_age_seconds",
      "certreg_follower_lag_positions",
      "certreg_wal_bytes",
      "certreg_disk_free_bytes"
    ]
    return provided(
      Effect.gen(function* () {
        const before = yield* look
        for (const name of names) expect(before.samples(name).length, name).toBeGreaterThan(0)
        answers.files = undefined
        answers.views = false
        const during = yield* look
        for (const name of names) expect(during.samples(name), name).toEqual([])
        expect(during.value("certreg_log_end_position")).toBe(0)
        expect(during.value("certreg_dependency_up", { dependency: "keys" })).toBe(1)
        answers.files = files
        answers.views = true
        const after = yield* look
        for (const name of names) expect(after.samples(name), name).toEqual(before.samples(name))
      }),
      answers
    )
  })
})

describe("the reader of the text, which these tests rely on, refuses", () => {
  const head = "# HELP a_total Of a.\n# TYPE a_total counter\n"
  const histogram = "# HELP h Of h.\n# TYPE h histogram\n"
  it.each([
    ["a line that does not end", `${head}a_total 1`],
    ["a sample of no family", "a_total 1\n"],
    ["a sample of another family", `${head}b_total 1\n`],
    ["a type that there is not", "# HELP a Of a.\n# TYPE a number\n"],
    ["a label that does not end", `${head}a_total{b="c} 1\n`],
    ["a label twice", `${head}a_total{b="c",b="d"} 1\n`],
    ["a value that is no number", `${head}a_total one\n`],
    ["a series twice", `${head}a_total{b="c"} 1\na_total{b="c"} 2\n`],
    ["a family twice", head + head],
    ["a bucket that shrinks", `${histogram}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`],
    ["a histogram without its last bucket", `${histogram}h_bucket{le="1"} 1\nh_sum 1\nh_count 1\n`]
  ])("%s", (_, text) => {
    expect(() => parseMetrics(text)).toThrow()
  })
})
