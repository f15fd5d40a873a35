import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"
import { type HistoryEvent, usersOf } from "../support/api.ts"
import { atTheLatest } from "../support/at-the-latest.ts"
import { eventually } from "../support/eventually.ts"
import { beginUpload } from "../support/half-upload.ts"
import { checkHistory } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { rawConnection } from "../support/raw-http.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"
import { callbackSecret } from "../support/service-program.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

/** One for each group: what they wait for they wait for at the same time. */
const startOne = () =>
  startService({
    simulator: { hangMs: 3_600_000 },
    env: { VERDICT_POLL_AFTER: "1 hour", ESIGN_TIMEOUT: "1 hour" }
  })
const [service, slow, starting] = await Promise.all([startOne(), startOne(), startOne()])
afterAll(() => Promise.all([service.close(), slow.close(), starting.close()]))
const { api } = service
const userWith = usersOf("stop")
const port = () => Number(new URL(service.url()).port)

/** A request as bytes: its head, and its body. */
const request = (method: string, path: string, token: string, body = "") => {
  const head = [
    `${method} ${path} HTTP/1.1`,
    "host: certreg",
    `authorization: Bearer ${token}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`
  ]
  return { head: `${head.join("\r\n")}\r\n\r\n`, body }
}
const newRequest = () =>
  request("POST", "/v1/registrations", api.key, JSON.stringify(registrationRequest({ partnerUserId: userWith() })))
const ready = request("GET", "/health/ready", "nobody")

const isRefused = async () => {
  try {
    await (await fetch(`${service.url()}/health/live`)).text()
    return false
  } catch (error) {
    return (error as { cause?: { code?: string } }).cause?.code === "ECONNREFUSED"
  }
}

/** Callers who start registrations one after the other until their connection fails; what they were answered. */
const startLoad = () => {
  const accepted: Array<string> = []
  const others: Array<number> = []
  const caller = async () => {
    while (true) {
      const { status, body } = await api.post(registrationRequest({ partnerUserId: userWith() }))
      if (status === 201) accepted.push(String((body as { id?: string }).id))
      else others.push(status)
      // Each is asked for in the end.
      await sleep(50)
    }
  }
  const over = Promise.allSettled(Array.from({ length: 8 }, caller))
  return { accepted, others, over }
}

describe.concurrent("a stop under load", () => {
  it("takes requests for SHUTDOWN_DELAY, finishes what came, and loses nothing", async ({ onTestFinished }) => {
    const open = () => rawConnection(port(), onTestFinished)
    await service.kill("SIGTERM")
    await service.start({ SHUTDOWN_DELAY: "6 seconds" })
    const uploader = userWith()
    const { id } = await api.start(uploader)
    await api.until(id, "awaiting_images")
    const image = jpeg({ size: 400_000 })
    const upload = await beginUpload(service, uploader, id, "ktp", image, 300_000, onTestFinished)
    const stopTrickling = upload.trickle()
    const told = await api.register(userWith("stuck silent"))
    const { submissionId } = await api.until(told, "awaiting_verdict")
    const claim = JSON.stringify({ submissionId, status: "IN_PROGRESS" })
    const callback = request("POST", "/v1/esign/callback", callbackSecret, claim)
    const calling = await open()
    let said = 10
    await calling.write(callback.head, callback.body.slice(0, said))
    // A body that stands still is given up as well.
    const saying = setInterval(() => void calling.write(callback.body.slice(said, ++said)), 2000)
    const { revision } = await api.get(told)
    const held = await open()
    const news = request("GET", `/v1/registrations/${told}?wait=50`, api.key)
    await held.write(news.head.replace("\r\n\r\n", `\r\nif-none-match: "${revision}"\r\n\r\n`))
    const old = await open()
    await old.write(ready.head)
    expect(await old.answer()).toMatchObject({ status: 200, headers: { connection: "keep-alive" } })
    const load = startLoad()
    await eventually("some load", () => load.accepted.length > 20)

    const ended = service.kill("SIGTERM")
    await eventually("not to be ready", async () => {
      const probe = await open()
      await probe.write(ready.head)
      const { status, headers, body } = await probe.answer()
      if (status === 503) expect([headers["connection"], JSON.parse(body).status]).toEqual(["close", "not_ready"])
      return status === 503
    })
    const acceptedBefore = load.accepted.length
    const fresh = await open()
    for (const { write, answer, state } of [old, fresh]) {
      const { head, body } = newRequest()
      await write(head, body)
      expect(await answer()).toMatchObject({ status: 201, headers: { connection: "close" } })
      await eventually("the end of the connection", () => state.closed)
    }
    expect(held.state.closed).toBe(false)

    await eventually("the end of listening", isRefused)
    expect(load.accepted.length).toBeGreaterThan(acceptedBefore)
    expect(await held.answer()).toMatchObject({ status: 304, headers: { connection: "close" } })
    clearInterval(saying)
    await calling.write(callback.body.slice(said))
    expect(await calling.answer()).toMatchObject({ status: 200, headers: { connection: "close" } })
    stopTrickling()
    await upload.finish()
    expect(await upload.answer()).toMatchObject({ status: 200, headers: { connection: "close" } })
    expect(await ended).toBe(0)
    await load.over
    expect(load.others).toEqual([])

    await service.start()
    for (const accepted of load.accepted) expect((await api.get(accepted)).id).toBe(accepted)
    expect((await api.get(id)).documents.ktp).toMatchObject({ uploaded: true })
    const { events } = await api.history(told)
    const reports = (events as ReadonlyArray<HistoryEvent>).filter(({ type }) => type === "ResultReported")
    expect(reports).toMatchObject([{ actor: { kind: "platform" }, data: { submissionId, status: "IN_PROGRESS" } }])
    for (const one of [id, told]) checkHistory(await api.history(one))
  })

  it("takes 20 seconds at most, whatever trickles in and however long the platform takes", async ({
    onTestFinished
  }) => {
    const { api } = slow
    const uploader = userWith()
    const { id } = await api.start(uploader)
    await api.until(id, "awaiting_images")
    const hanging = userWith("urls-hang")
    await api.start(hanging)
    await eventually("the call", async () => (await slow.platform(hanging)).calls.length > 0)
    const image = jpeg({ size: 400_000 })
    const upload = await beginUpload(slow, uploader, id, "ktp", image, 300_000, onTestFinished)
    let sent = 300_000
    const trickle = setInterval(() => void upload.socket.write(image.subarray(sent, ++sent)), 100)
    onTestFinished(() => clearInterval(trickle))
    // Both would go on for longer than a test may take.
    expect(await slow.kill("SIGTERM")).toBe(0)
    clearInterval(trickle)
    expect(sent).toBeLessThan(image.length)
    await slow.start()
    expect((await api.get(id)).documents.ktp).toMatchObject({ uploaded: false })
    await api.uploadBoth(id)
    checkHistory(await api.history(id))
  })
})

const main = fileURLToPath(new URL("../../src/infrastructure/main.ts", import.meta.url))

/**
 * The first lines of our own code have run: what they listen to besides is SIGUSR1, bit 9 of the signals that are caught, for which Node has
 * no listener of its own where it was told so.
 */
const hasBegunToRun = (pid: number | undefined) => {
  const caught = /^SigCgt:\s+(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
  return (BigInt(`0x${caught}`) & 0x200n) !== 0n
}

describe.concurrent("a stop during the start is one too:", () => {
  const { api, dataDir } = starting
  type Starting = {
    readonly pid: number | undefined
    readonly said: () => string
    readonly has: (file: string) => boolean
  }
  const stages: ReadonlyArray<readonly [string, (process: Starting) => boolean]> = [
    ["the directory is locked", ({ has }) => has("lock.db")],
    ["the log is there", ({ has }) => has("log.db")],
    ["the rows are there", ({ has }) => has("views-1.db")],
    ["the clients were read", ({ said }) => said().includes('"api_clients_read"')],
    ["it listens", ({ said }) => said().includes('"listening"')]
  ]

  /** Tells a process that starts on an empty directory to stop as soon as it has come that far. */
  const stopWhen = async (isThere: (process: Starting) => boolean) => {
    const env = { ...starting.env, DATA_DIR: temporaryFolder(), API_CLIENTS_FILE: join(dataDir, "clients.json") }
    const has = (file: string) => existsSync(join(env.DATA_DIR, file))
    const child = spawn(process.execPath, ["--disable-sigusr1", main], { env, stdio: ["ignore", "pipe", "pipe"] })
    const isOver = atTheLatest(() => void child.kill("SIGKILL"))
    let said = ""
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        said += chunk
      })
    const ended = once(child, "close")
    while (!isThere({ pid: child.pid, said: () => said, has })) {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said}`)
      await sleep(1)
    }
    const hadBegun = has("lock.db")
    child.kill("SIGTERM")
    const [code] = await ended
    isOver()
    expect({ code, said: said.replaceAll(/^{.*}\n/gm, "") }).toEqual({ code: 0, said: "" })
    return { env, hadBegun }
  }

  it.for(stages)("%s", { concurrent: false }, async ([, isThere]) => {
    const { env } = await stopWhen(isThere)
    await starting.kill("SIGTERM")
    await starting.start(env)
    await api.until(await api.register(userWith()), "issued")
  })

  it.skipIf(!existsSync("/proc/self/status"))("before anything was begun", { concurrent: false }, async () => {
    // It begins soon after: who is told too late is another one.
    await eventually(
      "one that has begun nothing",
      async () => !(await stopWhen(({ pid }) => hasBegunToRun(pid))).hadBegun
    )
  })
})
