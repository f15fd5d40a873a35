import { spawn } from "node:child_process"
import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"
import { apiOf, type Json, usersOf } from "../support/api.ts"
import { atTheLatest } from "../support/at-the-latest.ts"
import { eventually } from "../support/eventually.ts"
import { jpeg } from "../support/images.ts"
import { newLog } from "../support/log-of-run.ts"
import { rawConnection } from "../support/raw-http.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"
import { type Env, startMain } from "../support/service-program.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const slowMs = 300
const service = await startService({ simulator: { slowMs } })
afterAll(() => service.close())
const { api, simulator } = service
const userWith = usersOf("configured")
const main = fileURLToPath(new URL("../../src/infrastructure/main.ts", import.meta.url))

/** The environment of another one on its own data, which knows the same clients; undefined is taken out. */
const envWith = (changes: { readonly [name: string]: string | undefined }): Env => {
  const clients = { API_CLIENTS_FILE: join(service.dataDir, "clients.json") }
  const env: Env = { ...service.env, ...newLog(), ...clients, DATA_DIR: temporaryFolder() }
  return Object.fromEntries(
    Object.entries({ ...env, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  )
}
const hasMoreThanOneOwnAddress = process.platform !== "darwin"
const otherHost = hasMoreThanOneOwnAddress ? "127.0.0.2" : "127.0.0.1"
const [impatient, narrow] = await Promise.all([
  startMain(
    envWith({ HOST: undefined, KEEP_ALIVE_TIMEOUT: "1 second", RATE_LIMIT: "0.001", PARTNER_USER_ID_TYPE: undefined })
  ),
  startMain(envWith({ HOST: otherHost, ESIGN_CONCURRENCY: "1" }))
])
afterAll(async () => {
  for (const program of [impatient, narrow]) {
    program.kill("SIGKILL")
    await program.ended
  }
})

describe("the environment", () => {
  const isLive = (host: string, port: number) =>
    fetch(`http://${host}:${port}/health/live`).then(
      ({ status }) => status === 200,
      () => false
    )

  it.runIf(hasMoreThanOneOwnAddress)(
    "HOST is what is listened on, by default one address of this machine",
    async () => {
      for (const [{ port }, host, another] of [
        [impatient, "127.0.0.1", otherHost],
        [narrow, otherHost, "127.0.0.1"]
      ] as const)
        expect([await isLive(host, port), await isLive(another, port)]).toEqual([true, false])
    }
  )

  it("KEEP_ALIVE_TIMEOUT is told, and ends idle connections", async () => {
    const { write, answer, state } = await rawConnection(impatient.port)
    await write("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
    expect((await answer()).headers).toMatchObject({ connection: "keep-alive", "keep-alive": "timeout=1" })
    await eventually("the end of the idle connection", () => state.closed)
  })

  it("PARTNER_USER_ID_TYPE is the default, without which the field is required; RATE_LIMIT is each client's", async () => {
    const client = apiOf(() => `http://127.0.0.1:${impatient.port}`, api.key)
    expect(await client.post(registrationRequest())).toMatchObject({
      status: 422,
      body: { errors: [{ path: "partnerUserIdType" }] }
    })
    const refused = await client.post(registrationRequest({ partnerUserIdType: "T" }))
    expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } })
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(100)
  })

  it("ESIGN_CONCURRENCY is how many platform calls are under way at once", async () => {
    const client = apiOf(() => `http://${otherHost}:${narrow.port}`, api.key)
    const users = Array.from({ length: 4 }, () => userWith("urls-slow"))
    const started = await Promise.all(users.map((user) => client.start(user)))
    for (const { id } of started) await client.until(id, "awaiting_images")
    const calls = (await Promise.all(users.map((user) => service.platform(user)))).flatMap((seen) => seen.calls)
    const at = calls.map((call) => call.at).toSorted((a, b) => a - b)
    expect(at).toHaveLength(4)
    for (const [n, time] of at.slice(1).entries())
      expect(time - (at[n] ?? Number.NaN)).toBeGreaterThanOrEqual(slowMs - 20)
  })

  it("ESIGN_TIMEOUT is how long the storage may say nothing", async () => {
    const program = await startMain(envWith({ ESIGN_TIMEOUT: "1 second" }))
    const client = apiOf(() => `http://127.0.0.1:${program.port}`, api.key)
    const user = userWith()
    // By default it would be waited for.
    await simulator.script({ user, faults: { put: [{ slow: 9000 }] } })
    const { id } = await client.start(user)
    await client.until(id, "awaiting_images")
    const image = jpeg()
    expect((await client.put(id, "ktp", image)).status).toBe(503)
    await eventually("the upload", async () => (await client.put(id, "ktp", image)).status === 200)
    program.kill("SIGKILL")
    await program.ended
  })

  it("LOG_LEVEL keeps silent about what is less important", async () => {
    const free = createServer().listen(0, "127.0.0.1")
    await once(free, "listening")
    const { port } = free.address() as AddressInfo
    await new Promise((resolve) => free.close(resolve))
    const env = envWith({ LOG_LEVEL: "error", PORT: String(port) })
    const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "pipe"] })
    const isOver = atTheLatest(() => void child.kill("SIGKILL"))
    let said = ""
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        said += chunk
      })
    const ended = once(child, "close")
    const live = () => fetch(`http://127.0.0.1:${port}/health/live`).then(({ status }) => status === 200)
    await eventually("that it listens", () => live().catch(() => false))
    child.kill("SIGTERM")
    expect(await ended).toEqual([0, null])
    isOver()
    expect(said).toBe("")
    expect(service.output()).toMatch(/"level":"info"/)
  })
})

describe("ready", () => {
  const ready = async () => {
    const answer = await apiOf(service.url, "").send<{ dependencies: Json; status: string }>("GET", "/health/ready")
    const { status: word, dependencies } = answer.body
    return { status: answer.status, word, ...(dependencies as { platform: string; storage: string }) }
  }
  const accepting = { status: 200, word: "ready", eventStore: "up", keys: "up" }

  it("says how platform and storage did in their last call, and is 200 whatever they do", async () => {
    const user = userWith()
    await simulator.script({ user, faults: { urls: { always: "500" } } })
    const { id } = await api.start(user)
    await eventually("a platform that is down", async () => (await ready()).platform === "down")
    expect(await ready()).toMatchObject({ ...accepting, platform: "down", storage: "up" })
    expect((await apiOf(service.url, "").send("HEAD", "/health/ready")).status).toBe(200)
    await simulator.script({ user, faults: { urls: null, put: ["500"] } })
    await api.until(id, "awaiting_images")
    expect(await ready()).toMatchObject({ ...accepting, platform: "up", storage: "up" })
    expect((await api.put(id, "ktp", jpeg())).status).toBe(503)
    expect(await ready()).toMatchObject({ ...accepting, platform: "up", storage: "down" })
    expect((await api.put(id, "ktp", jpeg())).status).toBe(200)
    expect(await ready()).toMatchObject({ ...accepting, platform: "up", storage: "up" })
  })
})

describe("an Idempotency-Key", () => {
  it("is known to the next process, as is the body that came with it", async () => {
    const body = registrationRequest({ partnerUserId: userWith() })
    const key = { "idempotency-key": "k" }
    const { id } = (await api.post(body, key)).body
    await service.kill()
    await service.start()
    const again = await api.post(body, key)
    expect(again).toMatchObject({ status: 201, body: { id } })
    expect(again.headers.get("idempotent-replayed")).toBe("true")
    expect((await api.post({ ...body, locale: "en_ID" }, key)).status).toBe(422)
  })
})
