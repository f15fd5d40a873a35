import { mkdirSync, readdirSync, readFileSync, statfsSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it, onTestFinished } from "vitest"
import { unfitFileSystem } from "../../src/infrastructure/data-dir.ts"
import { apiOf } from "../support/api.ts"
import { readCompose } from "../support/container/compose.ts"
import { runInside, runToEnd, startContainer } from "../support/container/container.ts"
import { buildImage, CannotBuild } from "../support/container/image.ts"
import { startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { eventually } from "../support/eventually.ts"
import { type Env, envFor } from "../support/service-program.ts"
import { pemOf, privateKey } from "../support/signing-keys.ts"
import { startSimulator } from "../support/simulator.ts"

const repository = fileURLToPath(new URL("../../", import.meta.url))
const json = (file: string) => JSON.parse(readFileSync(join(repository, file), "utf8"))

const built = await buildImage().catch((error) => {
  if (error instanceof CannotBuild) return error.message
  throw error
})
if (typeof built === "string") console.warn(`The image was not put together and not started: ${built}.`)
else afterAll(built.remove)

const secret = "/run/secrets/master-key"
const signingKey = "/run/secrets/signing-key"
const nobody = "/v1/registrations/00000000-0000-0000-0000-000000000000"
const init = ["src/infrastructure/certreg.ts", "init"]

describe.skipIf(typeof built === "string")("the image", () => {
  if (typeof built === "string") return
  const image = built
  const inside = (path: string) => join(image.root, path)

  /** All that the service is not given to write to. */
  const untouchable = () =>
    readdirSync(inside("/app"), { recursive: true, withFileTypes: true }).map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return `${path} ${statSync(path).mtimeMs}`
    })

  const serverForTest = async () => {
    const server = await startEventStoreDb()
    onTestFinished(async () => void (await server.kill()))
    return server
  }

  const getReady = (port: number) => apiOf(() => `http://127.0.0.1:${port}`, "").send("GET", "/health/ready")

  it("holds exactly what the lockfile has for production, without what brings Node", () => {
    type Locked = Readonly<
      Record<string, { readonly dev?: true; readonly devOptional?: true; readonly optional?: true }>
    >
    const wanted = Object.entries(json("package-lock.json").packages as Locked)
      .filter(([path, { dev, devOptional, optional }]) => path !== "" && !dev && !devOptional && !optional)
      .map(([path]) => path)
    const installed = JSON.parse(readFileSync(inside("/app/node_modules/.package-lock.json"), "utf8"))
    expect(Object.keys(installed.packages).toSorted()).toEqual(wanted.toSorted())
    expect(readdirSync(inside("/app")).toSorted()).toEqual(["LICENSE", "node_modules", "package.json", "src"])
  })

  it("can import what it depends on, and nothing that is for development alone", async () => {
    const { dependencies, devDependencies } = json("package.json")
    const code = `for (const name of process.argv.slice(1))
      console.log(name, await import(name).then(() => "there", ({ code }) => code))`
    const asked = async (names: ReadonlyArray<string>) =>
      (await runInside(image, ["node", "--input-type=module", "-e", code, ...names])).output.trimEnd().split("\n")
    const names = Object.keys(dependencies)
    expect(await asked(names)).toEqual(names.map((name) => `${name} there`))
    // Packages of production use some of them, too.
    const { packages } = json("package-lock.json")
    const forDevelopment = Object.keys(devDependencies).filter((name) => packages[`node_modules/${name}`].dev)
    expect(forDevelopment).toContain("vitest")
    expect(await asked(forDevelopment)).toEqual(forDevelopment.map((name) => `${name} ERR_MODULE_NOT_FOUND`))
  })

  const fileSystem = process.platform === "linux" ? unfitFileSystem(statfsSync(tmpdir()).type) : undefined
  if (fileSystem !== undefined)
    console.warn(`The image is not started in production: temporary files are on ${fileSystem}, where that is refused.`)

  it.skipIf(fileSystem !== undefined).each(["sqlite", "eventstoredb"])(
    "with %s, is made once on purpose, gets ready, is healthy, writes to its volume alone, and ends when it is told to",
    async (store) => {
      const simulator = await startSimulator()
      onTestFinished(async () => void (await simulator.stop("SIGKILL")))
      mkdirSync(inside("/run/secrets"), { recursive: true })
      writeFileSync(inside(secret), Buffer.alloc(32, 7).toString("base64"))
      const { HOST, PARTNER_USER_ID_TYPE, ...platform } = envFor(simulator)
      const log = store === "eventstoredb" ? { EVENTSTOREDB_URL: (await serverForTest()).url } : {}
      writeFileSync(inside(signingKey), pemOf(privateKey(1)))
      const keys = { MASTER_KEY_FILE: secret, SIGNING_KEY_FILE: signingKey }
      const env: Env = { ...platform, ...log, ...keys, EVENT_STORE: store, DATA_DIR: `/data/${store}` }

      expect(await runToEnd(image, { env })).toMatchObject({
        code: 1,
        output: expect.stringMatching(/certreg -- init/)
      })
      expect(await runToEnd(image, { env, command: init })).toMatchObject({ code: 0 })
      expect(await runToEnd(image, { env, command: init })).toMatchObject({ code: 2 })

      const before = untouchable()
      const container = await startContainer(image, { env })
      onTestFinished(() => container.kill("SIGKILL"))
      expect((await getReady(container.port)).status).toBe(200)
      const health = { ...env, PORT: String(container.port) }
      expect(await runInside(image, image.health, health)).toEqual({ code: 0, output: "" })
      container.kill("SIGTERM")
      expect(await container.ended).toBe(0)
      expect(await runInside(image, image.health, health)).toEqual({ code: 1, output: "" })

      expect(container.output()).not.toMatch(/variable_not_known|data_dir_open_to_others/)
      expect(untouchable()).toEqual(before)
      expect(readdirSync(inside("/tmp"))).toEqual([])
      expect(readdirSync(inside(`/data/${store}`)).includes("log.db")).toBe(store === "sqlite")
    }
  )

  it("runs as docker-compose.yml says: simulator, event store and service find each other", async () => {
    const { simulator, topic, service } = readCompose().services
    const server = await serverForTest()
    const platform = await startContainer(image, {
      ...(simulator.command ? { command: simulator.command } : {}),
      env: { ...simulator.environment, SIMULATOR_PORT: "0" }
    })
    onTestFinished(() => platform.kill("SIGKILL"))

    /** What the names of the network stand for here. */
    const hosts: Record<string, string> = {
      "simulator.localhost:8790": `127.0.0.1:${platform.port}`,
      "simulator:8790": `127.0.0.1:${platform.port}`,
      "eventstoredb:2113": new URL(server.httpUrl).host,
      // Nothing waits for a broker; this one is never there.
      "kafka:9092": "127.0.0.1:9"
    }
    const here = (text: string) => text.replace(/[\w.-]+:\d{4}\b/, (host) => hosts[host] ?? host)
    const variables = Object.entries(service.environment).map(([name, text]) => [name, here(text)])
    const env: Env = { ...Object.fromEntries(variables), DATA_DIR: "/data/compose", PORT: "0" }
    const started = await startContainer(image, { env })
    onTestFinished(() => started.kill("SIGKILL"))

    hosts["service:8080"] = `127.0.0.1:${started.port}`
    const { SIMULATOR_CALLBACK_URL: callbackUrl = "", SIMULATOR_STORAGE_BASE: storageBase = "" } = simulator.environment
    // None is given up because this machine is slow.
    const patient = { callbackTimeoutMs: 60_000 }
    const settings = { ...patient, callbackUrl: here(callbackUrl), storageBase: here(storageBase) }
    const script = { method: "POST", body: JSON.stringify({ settings }) }
    expect(await fetch(`http://127.0.0.1:${platform.port}/_control/script`, script)).toMatchObject({ status: 200 })

    const brokers = here(topic.environment["KAFKA_BROKERS"] ?? "")
    expect(await runToEnd(image, { command: topic.command ?? [], env: { KAFKA_BROKERS: brokers } })).toMatchObject({
      code: 1,
      output: expect.stringContaining("certificate-registrations.v1 was not made: no broker answers")
    })

    for (const { healthcheck, port } of [
      { ...simulator, port: platform.port },
      { ...service, port: started.port }
    ]) {
      const check = (healthcheck?.test ?? [])
        .slice(1)
        .map((word) => word.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`))
      expect(await runInside(image, check)).toEqual({ code: 0, output: "" })
    }
    const addClient = [
      "node",
      "src/infrastructure/certreg.ts",
      "client",
      "add",
      "demo",
      "--scopes",
      "registrations:write"
    ]
    const { output: key } = await runInside(image, addClient, env)
    const api = apiOf(() => `http://127.0.0.1:${started.port}`, key.trim())
    await eventually("the service to know its client", async () => (await api.send("GET", nobody)).status === 404)
    const id = await api.register("container-1")
    await api.until(id, "issued")

    expect(readdirSync(inside("/data/compose"))).not.toContain("log.db")
    started.kill("SIGTERM")
    platform.kill("SIGTERM")
    expect([await started.ended, await platform.ended]).toEqual([0, 0])
  })
})
