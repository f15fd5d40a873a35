import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll, describe, expect, it } from "vitest"
import { apiOf, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { jpeg } from "../support/images.ts"
import { parseMetrics } from "../support/prometheus-text.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"
import { callbackSecret } from "../support/service-program.ts"

describe("/metrics of a service at work", async () => {
  const service = await startService()
  afterAll(() => service.close())
  const { api, dataDir, simulator } = service
  const userWith = usersOf("canary")
  const nobody = apiOf(service.url, "")

  const scrape = async () => {
    const { status, headers, text } = await nobody.send("GET", "/metrics")
    expect(status).toBe(200)
    expect(headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4\b/)
    expect(headers.get("cache-control")).toBe("no-store")
    return { text, ...parseMetrics(text) }
  }
  /** Waits until the text says so. */
  const until = (what: string, isSo: (metrics: Awaited<ReturnType<typeof scrape>>) => boolean) =>
    eventually(what, async () => {
      const metrics = await scrape()
      return isSo(metrics) && metrics
    })

  it("tells what a registration made it do", async () => {
    const before = await scrape()
    expect(before.value("certreg_platform_calls_total")).toBe(0)
    expect(before.value("certreg_commands_total")).toBeUndefined()

    const id = await api.register(userWith())
    await api.until(id, "issued")
    expect((await api.withdraw(id)).status).toBe(409)
    expect(await service.callback("")).toBe(200)
    expect((await nobody.send("GET", `/v1/registrations/${id}`)).status).toBe(401)
    expect((await nobody.send("GET", "/no-such-canary?q=canary")).status).toBe(404)
    const events = (await api.history(id)).events

    const { value, samples } = await until("the rows to be up to date", (now) =>
      [now.value("certreg_follower_lag_positions"), now.value("certreg_registrations_due")].every((n) => n === 0)
    )
    const requests = (route: string, method: string, status: string) =>
      value("certreg_http_requests_total", { route, method, status })
    expect(requests("/v1/registrations", "POST", "201")).toBe(1)
    expect(requests("/v1/registrations/:id/documents/:document", "PUT", "200")).toBe(2)
    expect(requests("/v1/registrations/:id", "GET", "401")).toBe(1)
    expect(requests("/v1/registrations/:id/withdrawal", "POST", "409")).toBe(1)
    expect(requests("none", "GET", "404")).toBe(1)
    expect(requests("/metrics", "GET", "200")).toBeGreaterThan(0)
    const counted = value("certreg_http_requests_total")
    expect(value("certreg_http_request_duration_seconds_count")).toBe(counted)

    const commands = (command: string, outcome: string) => value("certreg_commands_total", { command, outcome })
    expect(commands("Request", "done")).toBe(1)
    expect(commands("ClaimUpload", "done")).toBe(2)
    expect(commands("RecordImage", "done")).toBe(2)
    expect(commands("Withdraw", "WrongState")).toBe(1)
    expect(value("certreg_commands_total", { outcome: "unavailable" })).toBeUndefined()

    const ok = (call: string) => value("certreg_platform_calls_total", { call, outcome: "ok" })
    expect([ok("token"), ok("urls"), ok("upload"), ok("confirm")]).toEqual([1, 1, 2, 1])
    expect(ok("poll")).toBeGreaterThan(0)
    expect(value("certreg_platform_call_duration_seconds_count")).toBe(value("certreg_platform_calls_total"))
    expect(value("certreg_platform_call_duration_seconds_sum", { call: "upload" })).toBeGreaterThan(0)

    expect(value("certreg_log_end_position")).toBeGreaterThanOrEqual(events.length)
    const done = samples("certreg_commands_total", { outcome: "done" }).reduce((sum, one) => sum + one.value, 0)
    // The log's own first event is an append as well.
    expect(value("certreg_store_append_duration_seconds_count")).toBeGreaterThanOrEqual(done)
    expect(value("certreg_store_group_jobs_sum")).toBeGreaterThan(done)
    expect(value("certreg_store_commit_duration_seconds_count")).toBe(value("certreg_store_group_jobs_count"))
    expect(value("certreg_store_waiting_jobs")).toBe(0)
    expect(value("certreg_callback_pings_total")).toBe(1)
  })

  it("tells how things are", async () => {
    const { value, samples } = await scrape()
    expect(value("certreg_registrations_overdue")).toBe(0)
    expect(value("certreg_oldest_due_age_seconds")).toBe(0)
    expect(value("certreg_follower_lag_seconds", { follower: "projection" })).toBe(0)
    expect(samples("certreg_dependency_up").map(({ labels, value }) => [labels["dependency"], value])).toEqual([
      ["eventStore", 1],
      ["keys", 1],
      ["platform", 1],
      ["storage", 1]
    ])
    expect(value("certreg_history_flaw")).toBe(0)
    expect(value("certreg_history_checked_position")).toBeGreaterThanOrEqual(0)
    for (const database of ["log", "vault", "views"]) {
      expect(value("certreg_database_bytes", { database })).toBeGreaterThan(0)
      expect(value("certreg_wal_bytes", { database })).toBeGreaterThanOrEqual(0)
    }
    expect(value("certreg_wal_bytes", { database: "log" })).toBeGreaterThan(0)
    expect(value("certreg_disk_free_bytes")).toBeGreaterThan(0)
    expect(value("certreg_disk_free_bytes")).toBeLessThan(value("certreg_disk_size_bytes") ?? 0)
    for (const name of ["process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds"])
      expect(value(name), name).toBeGreaterThan(0)
    expect(value("nodejs_eventloop_lag_seconds")).toBeGreaterThanOrEqual(0)
  })

  it("names nobody", async () => {
    const request = registrationRequest({ partnerUserId: userWith(), labels: { branch: "canary-branch" } })
    const { id, submissionId } = await api.register(userWith()).then((id) => api.until(id, "issued"))
    expect((await api.post({ ...request, canary: 1 })).status).toBe(422)
    expect((await api.send("PROPFIND", "/v1/canary")).status).toBe(404)
    expect(await service.callback({ submissionId: "canary-submission", status: "canary" })).toBe(200)
    const { text } = await scrape()
    const { applicant } = request as { applicant: { nik: string; name: string } }
    for (const word of [id, submissionId, applicant.nik, applicant.name, api.key, "acme", "north", callbackSecret])
      expect(text).not.toContain(word)
    for (const word of Object.values(simulator.credentials)) expect(text).not.toContain(word)
    expect(text).not.toMatch(/canary/i)
    expect(text).not.toContain("127.0.0.1")
  })

  it("is asked for its headers alone, and for nothing else", async () => {
    const head = await nobody.send("HEAD", "/metrics")
    expect(head).toMatchObject({ status: 200, text: "" })
    expect(head.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4\b/)
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(1000)
    expect(await nobody.send("POST", "/metrics")).toMatchObject({ status: 405, body: { code: "method_not_allowed" } })
    expect(await nobody.send("GET", "/metrics?name=x")).toMatchObject({
      status: 400,
      body: { code: "invalid_parameter" }
    })
  })

  it("answers while a database is locked by somebody's own tool, and says what that does", async () => {
    const other = new DatabaseSync(join(dataDir, "log.db"))
    try {
      other.exec("BEGIN IMMEDIATE")
      let isSeen = false
      const posting = (async () => {
        const statuses: Array<number> = []
        while (!isSeen) statuses.push((await api.post(registrationRequest({ partnerUserId: userWith() }))).status)
        return statuses
      })()
      const during = await until("the writer to have work", (now) => now.value("certreg_store_waiting_jobs") !== 0)
      isSeen = true
      expect(during.value("certreg_log_end_position")).toBeGreaterThan(0)
      expect(during.value("certreg_registrations_due")).toBe(0)
      const statuses = await posting
      expect(new Set(statuses)).toEqual(new Set([503]))
      const after = await scrape()
      expect(after.value("certreg_commands_total", { command: "Request", outcome: "unavailable" })).toBe(
        statuses.length
      )
      expect(after.value("certreg_http_requests_total", { route: "/v1/registrations", status: "503" })).toBe(
        statuses.length
      )
    } finally {
      other.close()
    }
  })

  it("answers while the platform is down, and says so", async () => {
    const { id } = await api.start(userWith())
    await api.until(id, "awaiting_images")
    await simulator.stop("SIGKILL")
    expect((await api.put(id, "ktp", jpeg())).status).toBe(503)
    await api.start(userWith())
    const { value } = await until("a call that did not get through", (now) => {
      const failed = (outcome: string) => now.value("certreg_platform_calls_total", { call: "urls", outcome }) ?? 0
      return failed("unavailable") + failed("unknown") > 1
    })
    expect(value("certreg_dependency_up", { dependency: "platform" })).toBe(0)
    expect(value("certreg_dependency_up", { dependency: "storage" })).toBe(0)
    expect(value("certreg_dependency_up", { dependency: "eventStore" })).toBe(1)
    expect(value("certreg_platform_calls_total", { call: "upload", outcome: "unknown" })).toBe(1)
  })
})
