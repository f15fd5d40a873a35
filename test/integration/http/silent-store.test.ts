import { Effect } from "effect"
import { describe, expect, it, onTestFinished } from "vitest"
import type { EventStore } from "../../../src/application/ports/event-store.ts"
import { eventually } from "../../support/eventually.ts"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { parseMetrics } from "../../support/prometheus-text.ts"
import { registrationRequest } from "../../support/registration-request.ts"

const json = { "content-type": "application/json" }
const post = async (service: HttpService) => {
  const body = JSON.stringify(registrationRequest())
  expect((await service.call("POST", "/v1/registrations", { headers: json, body })).status).toBe(201)
}

type Store = EventStore["Service"]
type Question = "read" | "probe" | "positionBefore" | "raw"

/** A service whose store never answers one kind of question, until it is released. */
const startWithSilent = async (silent: Question) => {
  const asked: Record<Question, number> = { read: 0, probe: 0, positionBefore: 0, raw: 0 }
  let isSilent = true
  const { promise, resolve } = Promise.withResolvers<void>()
  onTestFinished(() => resolve())
  const held = <A, E>(question: Question, answer: Effect.Effect<A, E>) =>
    Effect.suspend(() => {
      asked[question]++
      return isSilent && question === silent
        ? Effect.andThen(
            Effect.promise(() => promise),
            answer
          )
        : answer
    })
  const service = await startHttp({
    store: (real): Store => ({
      ...real,
      read: (...args) => held("read", real.read(...args)),
      probe: held("probe", real.probe),
      positionBefore: (count) => held("positionBefore", real.positionBefore(count)),
      raw: (...args) => held("raw", real.raw(...args))
    })
  })
  const ready = async () => {
    const answer = await service.call("GET", "/health/ready", { as: "" })
    return { http: answer.status, ...((await answer.json()) as object) }
  }
  const metrics = async () => parseMetrics(await (await service.call("GET", "/metrics", { as: "" })).text())
  const release = () => {
    isSilent = false
    resolve()
  }
  return { service, asked, ready, metrics, release }
}

const down = (code: string) => ({
  http: 503,
  status: "not_ready",
  dependencies: { eventStore: "down", keys: "up" },
  problems: [{ dependency: "eventStore", detail: expect.stringMatching(new RegExp(`\\(${code}\\)\\.$`)) }]
})

describe("a store that never answers", () => {
  it.each(["read", "probe"] as const)(
    "(%s) is told by ready all the same, after one question for all who ask; and that it answers again, as soon as it does",
    async (silent) => {
      const { service, asked, ready, release } = await startWithSilent(silent)
      for (const answer of await Promise.all([ready(), ready(), ready()])) {
        expect(answer).toMatchObject(down("timeout"))
        expect(answer).not.toHaveProperty("history")
      }
      // What is under way is not begun again.
      expect(await ready()).toMatchObject(down("timeout"))
      expect(asked).toMatchObject({ [silent]: 1, positionBefore: 0 })
      expect(service.lines.filter(({ event }) => event === "dependency_down")).toMatchObject([
        { operation: "eventStore", code: "timeout" }
      ])
      release()
      await eventually("ready", async () => (await ready()).http === 200)
      expect(await ready()).toMatchObject({ http: 200, problems: [], history: { of: 0 } })
      // Each answer is a new one.
      await post(service)
      expect(await ready()).toMatchObject({ http: 200, history: { of: 1 } })
    }
  )

  it.each(["positionBefore", "raw"] as const)("(%s) is left out of the metrics, and nothing else", async (silent) => {
    const { service, metrics, release } = await startWithSilent(silent)
    // Nothing follows the log here: the rows stay behind it.
    await post(service)
    const { value } = await metrics()
    expect(value("certreg_registrations_due")).toBe(0)
    expect(value("certreg_log_end_position")).toBe(silent === "raw" ? 1 : undefined)
    expect(value("certreg_follower_lag_positions")).toBeUndefined()
    release()
    await eventually("the lag", async () => (await metrics()).value("certreg_follower_lag_positions") === 1)
  })
})
