import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { apiOf, type Json, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { beginUpload } from "../support/half-upload.ts"
import { checkHistory } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { newLog } from "../support/log-of-run.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"
import { type Env, startMain } from "../support/service-program.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const main = "src/infrastructure/main.ts"
const service = await startService()
afterAll(() => service.close())
const { api, simulator, dataDir, env } = service
const scratch = temporaryFolder()

const userWith = usersOf("process")
const ready = () => apiOf(service.url, "").send<{ status: string; dependencies: Json }>("GET", "/health/ready")

/** A start that is refused: with exit code 1 and words for the operator on stderr alone. */
const refusedStart = async (variables: Env): Promise<string> => {
  const { code, stdout, stderr } = await runNode(main, [], variables, scratch)
  expect(code).toBe(1)
  expect(stdout).not.toContain('"listening"')
  expect(stderr).not.toMatch(/\n\s+at |Error:/)
  return stderr
}

describe("a start", () => {
  it("is what npm start does", async () => {
    const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
    const [node, ...args] = scripts.start.split(" ")
    expect([node, args.pop()]).toEqual(["node", main])
    const folder = join(scratch, "fresh")
    const program = await startMain(
      { ...env, ...newLog(), DATA_DIR: folder, API_CLIENTS_FILE: join(dataDir, "clients.json") },
      args
    )
    const url = () => `http://127.0.0.1:${program.port}`
    expect((await apiOf(url, "").send("GET", "/health/live")).status).toBe(200)
    expect(await apiOf(url, api.key).start(userWith())).toMatchObject({ attempt: 1 })
    if (process.platform !== "win32") expect(statSync(folder).mode & 0o777).toBe(0o700)
    const files = ["lock.db", "log.db", "master.key", "signing.key", "vault.db"]
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(files))
    program.kill("SIGINT")
    expect(await program.ended).toBe(0)
    for (const line of program.output().trimEnd().split("\n"))
      expect(JSON.parse(line)).toEqual(
        expect.objectContaining({ level: expect.any(String), event: expect.any(String) })
      )
  })

  it("tells that it lives, that it is ready, and how each dependency does", async () => {
    const id = await api.register(userWith())
    await api.until(id, "issued")
    const dependencies = { eventStore: "up", keys: "up", platform: "up", storage: "up", kafka: "off" }
    expect(await ready()).toMatchObject({ status: 200, body: { status: "ready", dependencies } })
  })

  it("with nothing configured names everything that is missing", async () => {
    const said = await refusedStart({})
    for (const name of ["ENVIRONMENT", "CLIENT_ID", "PASS_KEY", "ONBOARDING_PARTNER", "CALLBACK_AUTH"])
      expect(said).toContain(`ESIGN_${name}`)
  })

  it("with wrong values names every wrong variable and no value", async () => {
    const wrong = {
      PORT: "65536",
      HOST: "not a host",
      ESIGN_BASE_URL: "ftp://platform.canary.example",
      ESIGN_TIMEOUT: "soonish",
      ESIGN_CALLBACK_AUTH: "digest secret-canary",
      ESIGN_PASS_KEY: "pass key canary",
      ESIGN_STORAGE_HOSTS: "https://storage.canary.example/bucket",
      MASTER_KEY: "c2hvcnQtY2FuYXJ5",
      MAX_ATTEMPTS: "-17",
      PARTNER_USER_ID_TYPE: "A TYPE",
      UPLOAD_WINDOW: "30 fortnights",
      LOG_LEVEL: "shouting",
      KAFKA_BROKERS: "broker.canary.example",
      KAFKA_TOPIC: "a topic/canary",
      KAFKA_SASL_PASSWORD: "kafka\u0001canary"
    }
    const said = await refusedStart({
      ...env,
      ...wrong,
      DATA_DIR: join(scratch, "never"),
      DATABASE_URL: "postgres://canary.example/certreg"
    })
    for (const [name, value] of Object.entries(wrong)) {
      expect(said).toContain(name)
      expect(said).not.toContain(value)
    }
    expect(said).toMatch(/DATABASE_URL is not supported by this version/)
    expect(said).not.toMatch(/canary/)
    expect(existsSync(join(scratch, "never"))).toBe(false)
  })

  it.for<readonly [string, Env, RegExp]>([
    [
      "on a port that is taken",
      { PORT: new URL(service.url()).port, DATA_DIR: join(scratch, "port"), ...newLog() },
      /HOST and PORT/
    ],
    ["in production without a master key", { NODE_ENV: "production", DATA_DIR: join(scratch, "none") }, /MASTER_KEY/],
    ["beside a running one", {}, /another process writes to this directory/]
  ])("%s is refused with a sentence", async ([, variables, sentence]) => {
    expect(await refusedStart({ ...env, ...variables })).toMatch(sentence)
    expect((await ready()).status).toBe(200)
    expect(await api.start(userWith())).toMatchObject({ attempt: 1 })
  })
})

describe("a stop", () => {
  it("finishes uploads, answers who waits, says that it is not ready, and ends with 0", async () => {
    await service.kill("SIGTERM")
    await service.start({ SHUTDOWN_DELAY: "6 seconds" })
    const user = userWith()
    const { id } = await api.start(user)
    await api.until(id, "awaiting_images")
    const image = jpeg({ size: 400_000 })
    const upload = await beginUpload(service, user, id, "ktp", image, 300_000)
    const stopTrickling = upload.trickle()
    const waiting = (await api.start(userWith("urls-500-always"))).id
    const held = api.send("GET", `/v1/registrations/${waiting}?wait=50`)

    const ended = service.kill("SIGTERM")
    await eventually("not ready", async () => (await ready()).status === 503)
    expect((await ready()).body).toMatchObject({ status: "not_ready", dependencies: { eventStore: "up" } })
    const late = await api.post({})
    expect(late).toMatchObject({ status: 422 })
    expect(late.headers.get("connection")).toBe("close")

    expect(await held).toMatchObject({ status: 200, body: { state: "requested" } })
    stopTrickling()
    await upload.finish()
    expect(await upload.answer()).toMatchObject({ status: 200, headers: { connection: "close" } })
    expect(await ended).toBe(0)
    await expect(api.get(id)).rejects.toThrow()

    await service.start()
    expect((await api.get(id)).documents).toMatchObject({ ktp: { uploaded: true }, selfie: { uploaded: false } })
    await api.uploadBoth(id)
    await api.until(id, "issued")
    checkHistory(await api.history(id))
  })

  it("that is asked for again a second later comes at once", async () => {
    await service.kill("SIGTERM")
    await service.start({ SHUTDOWN_DELAY: "10 minutes" })
    const ended = service.kill("SIGTERM")
    await eventually("not ready", async () => (await ready()).status === 503)
    const again = setInterval(() => void service.kill("SIGTERM"), 200)
    expect(await ended).not.toBe(0)
    clearInterval(again)
    await service.start()
  })

  it("of which two signals tell at once is one stop, and orderly", async () => {
    const ended = service.kill("SIGINT")
    void service.kill("SIGINT")
    expect(await ended).toBe(0)
    await service.start()
  })
})

it("a start that is refused over data of somebody else leaves them as they were, and calls nobody", async () => {
  const id = await api.register(userWith())
  const before = await api.until(id, "issued")
  const history = await api.history(id)
  await service.kill("SIGTERM")
  const { calls } = await simulator.ledger()
  const wrongKey = Buffer.alloc(32, 7).toString("base64")
  for (const wrong of [
    { MASTER_KEY: wrongKey },
    { ESIGN_ENVIRONMENT: "staging", ESIGN_BASE_URL: "", ESIGN_TOKEN_BASE_URL: "" }
  ])
    await refusedStart({ ...env, ...wrong })
  expect((await simulator.ledger()).calls).toEqual(calls)
  await service.start()
  expect([await api.get(id), await api.history(id)]).toEqual([before, history])
})
