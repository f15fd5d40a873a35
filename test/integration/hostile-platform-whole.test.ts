import type { IncomingMessage } from "node:http"
import { createServer } from "node:net"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { answer, canary, type Handler } from "../contract/esign-platform-answers.ts"
import { broken } from "../contract/esign-platform-broken.ts"
import { refusal } from "../contract/esign-platform-facing.ts"
import { type Json, usersOf } from "../support/api.ts"
import { checkHistory } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { scriptedServer } from "../support/scripted-server.ts"
import { startService } from "../support/service.ts"
import { filesUnder, tracesOf } from "../support/traces.ts"

vi.setConfig({ maxConcurrency: 16 })

const service = await startService({
  env: {
    // Where calls of a kind keep failing, the first confirm is no first one any more: its refusal stands three time limits later.
    ESIGN_TIMEOUT: "10 seconds",
    RETRY_MAX_DELAY: "100 millis",
    VERDICT_POLL_AFTER: "1 second",
    VERDICT_POLL_MAX: "1 second",
    SWEEP_INTERVAL: "1 hour"
  }
})
const { api, simulator } = service
afterAll(() => service.close())
const userWith = usersOf("hostile")

/** Changes the platform's right answer, or answers itself. */
type Meddling = { readonly instead: Handler } | { readonly change: (data: Json) => Json }
/** By `<call> <user>`, the next first; the token call has no user. */
const meddlings = new Map<string, Array<Meddling>>()
const meddle = (call: string, user: string, ...all: ReadonlyArray<Meddling>) =>
  meddlings.set(`${call} ${user}`, [...all])
const callOf = ({ method, url = "" }: IncomingMessage) => {
  if (url.endsWith("/authentication")) return "token"
  return url.includes("/urls") ? (method === "PUT" ? "confirm" : "urls") : "poll"
}

/** The platform, with somebody in between who meddles. */
const between = (target: string) =>
  scriptedServer(async (request, response) => {
    const meddling = meddlings.get(`${callOf(request)} ${request.headers["x-partner-user-id"] ?? ""}`)?.shift()
    if (meddling && "instead" in meddling) return meddling.instead(request, response)
    const { host, connection, ...headers } = request.headers
    const chunks: Array<Buffer> = []
    for await (const chunk of request) chunks.push(chunk)
    const told = await fetch(target + request.url, {
      method: request.method ?? "GET",
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {})
    })
    const body = (await told.json()) as { readonly data?: Json }
    const data = meddling && body.data ? meddling.change(body.data) : body.data
    response.writeHead(told.status).end(JSON.stringify({ ...body, data }))
  })
const [platform, tokens] = await Promise.all([between(simulator.baseUrl), between(simulator.tokenBaseUrl)])
afterAll(() => Promise.all([platform.close(), tokens.close()]))

/** Those that end by themselves. */
const quick = broken.filter(([, , code]) => code !== "timeout").map(([, instead]): Meddling => ({ instead }))
const secret = "secret-path-of-a-url"

beforeAll(async () => {
  await service.kill("SIGTERM")
  meddle("token", "", ...quick.filter((_, n) => n % 12 === 0))
  await service.start({ ESIGN_BASE_URL: platform.url, ESIGN_TOKEN_BASE_URL: tokens.url })
})

const endsIssued = async (user: string, id: string) => {
  await api.until(id, "issued")
  checkHistory(await api.history(id))
  const { submissions } = await service.platform(user)
  expect(submissions.filter(({ confirmedAt }) => confirmedAt !== undefined)).toHaveLength(1)
  return submissions
}

const packs = Array.from({ length: 12 }, (_, n) => quick.filter((_, m) => m % 12 === n))

describe.concurrent("a registration goes on", () => {
  it.for(packs.map((pack, n) => [`${pack.length} of them`, pack, n] as const))(
    "whatever is answered to its calls: %s",
    async ([, pack]) => {
      const user = userWith()
      const third = Math.ceil(pack.length / 3)
      for (const [n, call] of ["urls", "confirm", "poll"].entries())
        meddle(call, user, ...pack.slice(n * third, (n + 1) * third))
      const { id } = await api.start(user)
      await api.uploadBoth(id)
      await endsIssued(user, id)
      for (const call of ["urls", "confirm", "poll"]) expect(meddlings.get(`${call} ${user}`)).toEqual([])
    }
  )

  const withExpiry = (expiryInSeconds: unknown): Meddling => ({
    change: (data) => {
      const { KTP, SELFIE } = data["documents"] as Record<string, object>
      return { ...data, documents: { KTP: { ...KTP, expiryInSeconds }, SELFIE: { ...SELFIE, expiryInSeconds } } }
    }
  })

  it.for([
    ["0", 2],
    ["-86400", 1],
    ["garbage", 1],
    ["1e300", 1],
    ["999999999", 1]
  ] as const)("with URLs that last %s seconds", async ([expiry, submissions]) => {
    const user = userWith()
    meddle("urls", user, withExpiry(expiry))
    const { id } = await api.start(user)
    await api.until(id, "awaiting_images")
    await api.uploadBoth(id)
    expect(await endsIssued(user, id)).toHaveLength(submissions)
  })

  it("when further URLs come under the id of the submission that ran out", async () => {
    const user = userWith()
    const first: Array<unknown> = []
    const again: Meddling = { change: (data) => ({ ...data, submissionId: first[0] }) }
    const zero = withExpiry("0")
    const remembered: Meddling = {
      change: (data) => {
        first.push(data["submissionId"])
        return "change" in zero ? zero.change(data) : data
      }
    }
    meddle("urls", user, remembered, again, again, again)
    const { id } = await api.start(user)
    await api.until(id, "awaiting_images")
    await api.uploadBoth(id)
    expect(await endsIssued(user, id)).toHaveLength(2)
    expect(meddlings.get(`urls ${user}`)).toEqual([])
  })
})

describe.concurrent("a registration ends", () => {
  it.for([
    ["http://127.0.0.1:PORT", "KTP"],
    ["http://[::1]:PORT", "SELFIE"],
    ["http://localhost:PORT", "KTP"],
    ["https://127.0.0.1:PORT", "SELFIE"],
    ["http://user:word@STORAGE", "KTP"],
    ["http://STORAGE@127.0.0.1:PORT", "SELFIE"],
    ["http://0x7f000001:PORT", "KTP"],
    ["https://127.0.0.1", "SELFIE"],
    ["ftp://STORAGE", "KTP"],
    ["file://", "SELFIE"],
    ["http:\\\\127.0.0.1:PORT\\", "KTP"],
    ["http://STORAGE\\@127.0.0.1:PORT", "SELFIE"],
    ["http://127.0.0.1:PORT\t", "KTP"],
    ["http://169.254.169.254", "SELFIE"],
    ["https://a.localhost", "KTP"],
    ["https://storage.example", "SELFIE"],
    ["https://1.2.3.4.5", "KTP"],
    ["no URL at all", "SELFIE"],
    ["", "KTP"]
  ] as const)("when its URLs name %j: nothing is called", async ([base, document]) => {
    let connections = 0
    const listener = createServer(() => connections++).listen(0, "127.0.0.1")
    await new Promise((resolve) => listener.once("listening", resolve))
    const { port } = listener.address() as { readonly port: number }
    const documentUrl = `${base.replace("STORAGE", simulator.storageHost).replace("PORT", String(port))}/${secret}`
    const user = userWith()
    // One of them is enough.
    const change = (data: Json) => {
      const documents = data["documents"] as Record<string, object>
      return { ...data, documents: { ...documents, [document]: { ...documents[document], documentUrl } } }
    }
    meddle("urls", user, { change })
    const { id } = await api.start(user)
    const failed = await api.until(id, "failed")
    expect(failed.failure).toEqual({ reasonCode: "storage_host_refused" })
    expect(await api.put(id, "ktp", jpeg())).toMatchObject({ status: 409, body: { state: "failed" } })
    const direct = await api.send("GET", `/v1/registrations/${id}/upload-urls`)
    expect(direct.status).toBeGreaterThanOrEqual(400)
    const history = await api.history(id)
    checkHistory(history)
    expect(history.events.map(({ type }) => type)).toEqual(["Requested", "CallStarted", "Failed"])
    expect(JSON.stringify([history, direct.text])).not.toContain(secret)
    expect((await api.start(user)).attempt).toBe(2)
    expect(connections).toBe(0)
    listener.close()
  })

  it.for([
    [
      { code: "1653", cause: "NOT_YOURS" },
      { reasonCode: "NOT_YOURS", platformCode: "1653" }
    ],
    [{ code: canary, cause: `${canary} is taken` }, { reasonCode: "platform_refused" }],
    [{ code: "3174-0961-1290-0001", cause: "NIK_3174_0961_1290_0001" }, { reasonCode: "platform_refused" }],
    [{}, { reasonCode: "platform_refused" }]
  ] as const)("when it is refused with %j", async ([error, failure]) => {
    for (const call of ["urls", "confirm"]) {
      const user = userWith()
      meddle(call, user, { instead: answer(400, refusal(error)) })
      const { id } = await api.start(user)
      if (call === "confirm") await api.uploadBoth(id)
      expect((await api.until(id, "failed")).failure).toEqual(failure)
      checkHistory(await api.history(id))
    }
  })

  it.for([
    ["NEW_REASON_9", { reasonCode: "NEW_REASON_9" }],
    [`${canary} is somebody else`, {}],
    ["NIK_3174-0961-1290-0001", {}],
    [{ text: canary }, {}]
  ] as const)("when the verdict is no, for the reason %j", async ([reasonCode, rejection]) => {
    const user = userWith()
    const change = (data: Json) => ({
      ...data,
      status: "COMPLETED",
      result: "INVALID",
      reasonCode,
      submissionDetails: canary
    })
    meddle("poll", user, { change }, { change }, { change })
    const { id } = await api.start(user)
    await api.uploadBoth(id)
    expect((await api.until(id, "rejected")).rejection).toEqual(rejection)
    checkHistory(await api.history(id))
  })
})

it("nothing of what it was answered lies in a file or in the output", async () => {
  expect(service.lines().filter(({ event }) => event === "platform_unavailable").length).toBeGreaterThan(50)
  expect(await service.kill("SIGTERM")).toBe(0)
  const places = {
    ...filesUnder(service.dataDir),
    ...filesUnder(service.tempDir),
    output: Buffer.from(service.output())
  }
  expect(Object.keys(places)).toContain("log.db")
  expect(tracesOf({ canary, secret, nik: "3174-0961-1290-0001", "nik again": "3174_0961_1290_0001" }, places)).toEqual(
    []
  )
})
