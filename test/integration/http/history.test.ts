import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { load } from "../../../src/application/history/load.ts"
import { noStream } from "../../../src/application/ports/event-store.ts"
import { Views } from "../../../src/application/ports/views.ts"
import { formatInstant } from "../../../src/domain/applicant/instant.ts"
import { command, issueUrls } from "../../support/driver-commands.ts"
import { eventually } from "../../support/eventually.ts"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { checkAnswer } from "../../support/openapi.ts"
import { registrationRequest } from "../../support/registration-request.ts"
import { pageOf } from "../../support/saved-page.ts"

type Event = { readonly revision: number; readonly recordedAt: string; readonly type: string }
type Body = { readonly registration: Record<string, unknown>; readonly events: ReadonlyArray<Event> }

const nextMillisecond = () => {
  const now = Date.now()
  return eventually("a later time", () => Date.now() > now)
}

/** A registration with four events, in three appends at three times. */
const withdrawn = async (service: HttpService): Promise<string> => {
  const response = await service.call("POST", "/v1/registrations", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(registrationRequest())
  })
  const { id } = (await response.json()) as { id: string }
  await nextMillisecond()
  await service.run(issueUrls(id, "http://127.0.0.1:9"))
  await nextMillisecond()
  await service.run(command(id, { _tag: "Withdraw", reason: "other" }))
  return id
}

describe("GET /v1/registrations/:id/events?asOf=", () => {
  it("shows the registration as it was, and the events until then", async () => {
    const service = await startHttp()
    const id = await withdrawn(service)
    const path = `/v1/registrations/${id}/events`
    const ask = async (asOf: string, as = "acme") => {
      const response = await service.call("GET", `${path}?asOf=${asOf}`, { as })
      const text = await response.text()
      const body = JSON.parse(text) as Body & { readonly code: string; readonly detail: string }
      checkAnswer("GET", path, { status: response.status, headers: response.headers, text, body })
      return { status: response.status, body }
    }
    const now = (await (await service.call("GET", path)).json()) as Body
    const { events } = now
    expect(events.map(({ type }) => type)).toEqual(["Requested", "CallStarted", "UrlsIssued", "Withdrawn"])
    const timeOf = (revision: number) => events[revision]?.recordedAt ?? ""
    const around = (revision: number, millis: number) => formatInstant(Date.parse(timeOf(revision)) + millis)

    const states = ["requested", "requested", "awaiting_images", "withdrawn"]
    for (const [revision, state] of states.entries()) {
      const { status, body } = await ask(String(revision))
      expect(status).toBe(200)
      expect(body.events).toEqual(events.slice(0, revision + 1))
      expect(body.registration).toMatchObject({ id, state, revision, updatedAt: timeOf(revision) })
    }
    // A time counts too, and what came in its millisecond with it.
    const revisionAt = async (time: string) => (await ask(time)).body.registration["revision"]
    expect(await revisionAt(timeOf(0))).toBe(0)
    expect(await revisionAt(around(2, 0))).toBe(2)
    expect(await revisionAt(around(3, -1))).toBe(2)
    const inJakarta = `${formatInstant(Date.parse(timeOf(3)) + 7 * 3_600_000).slice(0, -1)}+07:00`
    expect(await revisionAt(inJakarta)).toBe(3)

    for (const later of ["3", "4", "123456789012345678901234567890", around(3, 1), "9999-12-31T23:59:59Z"])
      expect((await ask(later, "auditor")).body).toEqual(now)
    expect(await ask(around(0, -1))).toMatchObject({ status: 404, body: { code: "not_found" } })
    expect(await ask("0", "beta")).toMatchObject({ status: 404, body: { code: "not_found" } })

    for (const wrong of ["", "-1", "1.0", "now", "2026-11-23", "2026-02-30T10:00:00Z", "0&asOf=1"]) {
      const { status, body } = await ask(wrong)
      expect([wrong, status, body.code]).toEqual([wrong, 400, "invalid_parameter"])
      expect(body.detail).toContain("asOf")
    }
  })

  it("is unknown where the beginning is lost: a row tells how it is now, and nobody how it was", async () => {
    let isLost = false
    const service = await startHttp({
      store: (real) => ({
        ...real,
        read: (...args) => (isLost ? Effect.succeed({ events: [], tip: noStream, lost: 0 }) : real.read(...args))
      })
    })
    const id = await withdrawn(service)
    const { state } = await service.run(load(id))
    if (state._tag === "Initial") throw new Error("there is none")
    const row = { id, revision: 3, state, reconciledIn: 0 }
    await service.run(Views.use((views) => views.save(pageOf({ position: 1, rows: [row] }))))
    isLost = true
    const ask = async (query: string) => {
      const response = await service.call("GET", `/v1/registrations/${id}/events${query}`)
      return { status: response.status, body: (await response.json()) as Body }
    }
    const now = await ask("")
    expect(now).toMatchObject({
      status: 200,
      body: { registration: { state: "withdrawn", revision: 3, attention: { reason: "unreadable_event" } }, events: [] }
    })
    for (const then of ["2", formatInstant(state.updatedAt - 1)]) expect((await ask(`?asOf=${then}`)).status).toBe(503)
    for (const then of ["3", formatInstant(state.updatedAt)]) expect(await ask(`?asOf=${then}`)).toEqual(now)
  })
})
