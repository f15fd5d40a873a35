import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { readKafkaCommand } from "../../src/adapters/cli/kafka-arguments.ts"
import { targetOf } from "../../src/adapters/object-storage/storage-hosts.ts"
import { readConfig } from "../../src/infrastructure/config.ts"
import { known } from "../../src/infrastructure/unknown-variables.ts"
import { help, readOptions } from "../../src/simulator/options.ts"
import { readCompose } from "../support/container/compose.ts"
import { unknownKeys } from "../support/container/compose-keys.ts"
import { settingsOf, stagesOf } from "../support/container/dockerfile.ts"
import { dockerAnswers } from "../support/docker-engine.ts"
import { signingKeyFile } from "../support/signing-keys.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const repository = fileURLToPath(new URL("../../", import.meta.url))
const compose = readCompose()
const { eventstoredb, kafka, simulator, topic, service } = compose.services
const stages = stagesOf(readFileSync(join(repository, "Dockerfile"), "utf8"))
const image = settingsOf(stages.at(-1) ?? { image: "", name: undefined, instructions: [] })
const services = Object.entries(compose.services)

/** What a service of ours reads in its container; its data lie in a folder of this machine. */
const environment = (): Record<string, string> => ({
  ...image.env,
  ...service.environment,
  DATA_DIR: join(temporaryFolder(), "data")
})
const read = (variables: Record<string, string>) =>
  Result.getOrThrowWith(readConfig(variables, temporaryFolder()), (wrong) => new Error(wrong.message))

describe("docker-compose.yml", () => {
  it("has no key that the specification does not know", () => {
    expect(unknownKeys(compose)).toEqual([])
    const slips = {
      ...compose,
      service: {},
      services: {
        one: { imagee: "", healthcheck: { intervall: "5s" }, depends_on: { two: { conditions: "" } } },
        two: { build: { contexts: "." }, networks: { default: { alias: [] } }, "x-free": 1 }
      }
    }
    expect(unknownKeys(slips)).toEqual([
      "service",
      "services.one.imagee",
      "services.one.healthcheck.intervall",
      "services.one.depends_on.two.conditions",
      "services.two.build.contexts",
      "services.two.networks.default.alias"
    ])
  })

  it("names exact versions of what others make, and one image for both programs of ours, which one of them builds", () => {
    expect(simulator).toMatchObject({ image: "certreg", build: ".", pull_policy: "build" })
    expect(service).toMatchObject({ image: "certreg", pull_policy: "never" })
    expect(service.build).toBeUndefined()
    expect(topic).toMatchObject({ image: "certreg", pull_policy: "never" })
    for (const { image: name } of [eventstoredb, kafka]) expect(name).toMatch(/^[\w./-]+:\d+\.\d+\.\d+$/)
  })

  it("can be reached from its own machine alone", () => {
    const ports = services.flatMap(([, one]) => one.ports ?? [])
    expect(ports.filter((port) => !/^127\.0\.0\.1:(\d+):\1$/.test(port))).toEqual([])
  })

  it.each(["simulator", "topic", "service"] as const)("lets the %s change nothing but what it is given", (name) => {
    expect(compose.services[name]).toMatchObject({
      read_only: true,
      tmpfs: ["/tmp"],
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"]
    })
  })

  it("gives what others make no right that it does not need, and so much memory", () => {
    for (const one of [eventstoredb, kafka])
      expect(one).toMatchObject({
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        mem_limit: expect.any(String)
      })
    expect(kafka["user"]).toBe("1000:1000")
  })

  it("keeps in declared volumes what has to outlive a container", () => {
    const used = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(":")[0]))
    expect(used.toSorted()).toEqual(Object.keys(compose.volumes).toSorted())
    expect(service.volumes).toEqual([`service-data:${image.env["DATA_DIR"]}`])
    expect(image.volumes).toEqual([image.env["DATA_DIR"]])
  })

  it("checks the health of all, and starts the service after those that it needs", () => {
    const stay = services.filter(([, { restart }]) => restart !== "no")
    expect(stay.map(([name]) => name)).toEqual(["eventstoredb", "kafka", "simulator", "service"])
    for (const [, { healthcheck }] of stay) expect(healthcheck?.test[0]).toBe("CMD")
    // Not after the broker: commands never wait for it.
    expect(service.depends_on).toEqual({
      eventstoredb: { condition: "service_healthy" },
      simulator: { condition: "service_healthy" }
    })
  })

  it("gives every program only text in its environment", () => {
    const values = services.flatMap(([, { environment: variables }]) => Object.values(variables))
    expect(values.filter((value) => typeof value !== "string")).toEqual([])
    expect(Object.keys(eventstoredb.environment).filter((name) => !name.startsWith("KURRENTDB_"))).toEqual([])
    const ofKafka = Object.keys(kafka.environment).filter((name) => name !== "CLUSTER_ID")
    expect(ofKafka.filter((name) => !/^KAFKA(_[A-Z]+)+$/.test(name))).toEqual([])
  })

  it("holds no key", () => {
    const names = Object.keys({ ...image.env, ...service.environment })
    expect(names.filter((name) => /MASTER_KEY|SIGNING_KEY/.test(name))).toEqual([])
  })
})

describe("the configuration in the containers", () => {
  it("is one that the service takes, with names that it knows", () => {
    expect(Object.keys(environment()).filter((name) => !known.includes(name))).toEqual([])
    expect(read(environment())).toMatchObject({
      isProduction: false,
      eventStore: { kind: "eventstoredb" },
      kafka: { brokers: ["kafka:9092"], topic: "certificate-registrations.v1", ssl: false },
      server: { host: "0.0.0.0", port: 8080 },
      unknownVariables: []
    })
  })

  it("is production where the image is used alone", () => {
    const { EVENT_STORE, EVENTSTOREDB_URL, NODE_ENV, ...rest } = service.environment
    const MASTER_KEY = Buffer.alloc(32, 7).toString("base64")
    const keys = { MASTER_KEY, SIGNING_KEY_FILE: signingKeyFile(1) }
    const variables = { ...image.env, ...rest, ...keys, DATA_DIR: environment()["DATA_DIR"] ?? "" }
    expect(read(variables)).toMatchObject({ isProduction: true, eventStore: { kind: "sqlite" } })
  })

  it("has the topic made that the service publishes to, by a command that there is", () => {
    expect(topic.environment).toEqual({ KAFKA_BROKERS: service.environment["KAFKA_BROKERS"] })
    const [program, word, ...args] = topic.command ?? []
    expect([program, word]).toEqual(["src/infrastructure/certreg.ts", "kafka"])
    expect(readKafkaCommand(args, () => undefined)).toMatchObject({ success: { _tag: "CreateTopic" } })
  })

  it("is one that the simulator takes, with names that it knows", () => {
    const flags = help()
    const flagOf = (name: string) =>
      `--${name
        .replace(/^SIMULATOR_/, "")
        .toLowerCase()
        .replaceAll("_", "-")} `
    expect(Object.keys(simulator.environment).filter((name) => !flags.includes(flagOf(name)))).toEqual([])
    expect(readOptions([], simulator.environment).wrong).toEqual([])
  })

  it("makes the two know each other", () => {
    const { options } = readOptions([], simulator.environment)
    expect(service.environment).toMatchObject({
      ESIGN_CLIENT_ID: options.clientId,
      ESIGN_PASS_KEY: options.passKey,
      ESIGN_ONBOARDING_PARTNER: options.onboardingPartner,
      ESIGN_CALLBACK_AUTH: options.callbackAuth
    })
    expect(targetOf(read(environment()).storageHosts, `${options.storageBase}/object?signature=1`)).toBeDefined()
  })

  it("names hosts and ports that are there", () => {
    const names = services.flatMap(([name, { networks = {}, ports = [] }]) =>
      [name, ...Object.values(networks).flatMap(({ aliases }) => aliases)].map(
        (host) => `${host}:${ports[0]?.split(":")[2]}`
      )
    )
    const listeners = kafka.environment["KAFKA_LISTENERS"]?.match(/[A-Z]+:\/\/[^,]*:\d+/g) ?? []
    names.push(...listeners.map((listener) => listener.replace(/^[A-Z]+:\/\/(?=:)/, "kafka").replace(/^.*\/\//, "")))
    // From this machine.
    names.push(...(kafka.ports ?? []).map((port) => `localhost:${port.split(":")[1]}`))
    const texts = services.flatMap(([, { environment: variables }]) => Object.values(variables))
    const addresses = texts.flatMap((text) => text.match(/[\w.-]+:\d{4}\b/g) ?? [])
    expect(addresses.length).toBeGreaterThan(5)
    expect(addresses.filter((address) => !names.includes(address))).toEqual([])
  })
})

const hasEngine = await dockerAnswers()
if (!hasEngine)
  console.warn(
    "docker compose config and docker build did not run: no Docker engine answers. The rest of them is tested."
  )

describe.skipIf(!hasEngine)("with a Docker engine", () => {
  const docker = (...args: ReadonlyArray<string>) => promisify(execFile)("docker", args, { cwd: repository })

  it("Compose takes the file", async () => {
    await docker("compose", "config", "--quiet")
  })

  it("the image is built, and runs with nothing to write to", { timeout: 900_000 }, async () => {
    await docker("build", "--tag", "certreg-test", ".")
    const { stdout } = await docker(
      "run",
      "--rm",
      "--read-only",
      "certreg-test",
      "src/infrastructure/certreg.ts",
      "help"
    )
    expect(stdout).toContain("client add")
  })
})
