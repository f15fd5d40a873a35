import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Layer, ManagedRuntime, Redacted } from "effect"
import { describe, expect, it, onTestFinished } from "vitest"
import { apiClientsFile } from "../../src/adapters/clients-file/api-clients-file.ts"
import { clientRegistryFile } from "../../src/adapters/clients-file/client-registry-file.ts"
import { ApiClients } from "../../src/application/ports/api-clients.ts"
import { Log, type LogFields } from "../../src/application/ports/log.ts"
import { eventually } from "../support/eventually.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const acme = { id: "acme", tenant: "sales", scopes: ["registrations:write", "events:read"] } as const
const gamma = { id: "gamma_2.x-y", tenant: "gamma_2.x-y", scopes: ["audit:read"] } as const

const clientsFile = () => join(temporaryFolder(), "state", "clients.json")
const refusalOf = <A, E extends { readonly _tag: string }>(effect: Effect.Effect<A, E>) =>
  Effect.runPromise(Effect.map(Effect.flip(effect), ({ _tag }) => _tag))
const added = (file: string, client: typeof acme | typeof gamma = acme) =>
  Effect.runPromise(clientRegistryFile(file).add(client))

/** A running service's view of a file, and what it logs. */
const service = async (file: string) => {
  const events: Array<{ readonly event: string; readonly fields: LogFields | undefined }> = []
  const write = (event: string, fields?: LogFields) => {
    events.push({ event, fields })
  }
  const log = Layer.succeed(Log, { debug: write, info: write, warn: write, error: write })
  const runtime = ManagedRuntime.make(Layer.provide(apiClientsFile(file), log))
  onTestFinished(() => runtime.dispose())
  const { authenticate } = await runtime.runPromise(ApiClients)
  return { authenticate, events }
}

describe("the registry", () => {
  it("has nobody without a file, and makes file and folder for their owner alone", async () => {
    const file = clientsFile()
    expect(await Effect.runPromise(clientRegistryFile(file).list)).toEqual([])
    await added(file)
    expect(statSync(join(file, "..")).mode & 0o777).toBe(0o700)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await Effect.runPromise(clientRegistryFile(file).list)).toEqual([{ ...acme, isRotating: false }])
  })

  it("keeps of a key its SHA-256 alone", async () => {
    const file = clientsFile()
    const key = Redacted.value(await added(file, gamma))
    expect(key).toMatch(/^crk_gamma_2\.x-y_[A-Za-z0-9_-]{43}$/)
    expect(readFileSync(file, "utf8")).not.toContain(key.slice(-43))
  })

  it("refuses a known id, and an unknown one", async () => {
    const file = clientsFile()
    const registry = clientRegistryFile(file)
    await added(file)
    const before = readFileSync(file, "utf8")
    expect(await refusalOf(registry.add(acme))).toBe("ClientExists")
    expect(await refusalOf(registry.remove("nobody"))).toBe("NoSuchClient")
    expect(await refusalOf(registry.rotate("nobody"))).toBe("NoSuchClient")
    expect(await refusalOf(registry.finishRotation("acme"))).toBe("RotationMismatch")
    expect(readFileSync(file, "utf8")).toBe(before)
  })

  it.each([
    ["is no JSON", "{"],
    ["has another version", '{"version":2,"clients":[]}'],
    [
      "has a client twice",
      JSON.stringify({ version: 1, clients: [1, 2].map(() => ({ ...acme, keys: ["0".repeat(64)] })) })
    ],
    [
      "has an unknown scope",
      JSON.stringify({ version: 1, clients: [{ ...acme, scopes: ["all"], keys: ["0".repeat(64)] }] })
    ],
    ["is empty", ""]
  ])("never writes over a file that %s", async (_, text) => {
    const file = join(temporaryFolder(), "clients.json")
    writeFileSync(file, text)
    expect(await refusalOf(clientRegistryFile(file).list)).toBe("ClientsUnavailable")
    expect(await refusalOf(clientRegistryFile(file).add(gamma))).toBe("ClientsUnavailable")
    expect(readFileSync(file, "utf8")).toBe(text)
  })
})

describe("a running service", () => {
  it("knows the key of a client, and nothing that is almost one", async () => {
    const file = clientsFile()
    const key = Redacted.value(await added(file))
    const otherKey = Redacted.value(await added(file, gamma))
    const { authenticate } = await service(file)
    expect(authenticate(Redacted.make(key))).toEqual(acme)
    expect(authenticate(Redacted.make(otherKey))).toEqual(gamma)
    const wrong = [
      "",
      "crk_",
      key.slice(0, -1),
      `${key}A`,
      key.replace("acme", "nobody"),
      key.replace("acme", "gamma_2.x-y"),
      key.replace("crk", "CRK"),
      `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`,
      otherKey.replace("gamma_2.x-y", "gamma")
    ]
    for (const one of wrong) expect(authenticate(Redacted.make(one)), one).toBeUndefined()
  })

  it("takes a new client and lets go of a removed one", async () => {
    const file = clientsFile()
    const { authenticate } = await service(file)
    const key = await added(file)
    await eventually(() => authenticate(key) !== undefined)
    const other = await added(file, gamma)
    await eventually(() => authenticate(other) !== undefined)
    await Effect.runPromise(clientRegistryFile(file).remove("acme"))
    await eventually(() => authenticate(key) === undefined)
    expect(authenticate(other)).toEqual(gamma)
    rmSync(file)
    await eventually(() => authenticate(other) === undefined)
  })

  it("takes both keys until a rotation is finished", async () => {
    const file = clientsFile()
    const registry = clientRegistryFile(file)
    const old = await added(file)
    const { authenticate } = await service(file)
    const next = await Effect.runPromise(registry.rotate("acme"))
    await eventually(() => authenticate(next) !== undefined)
    expect(authenticate(old)).toEqual(acme)
    expect(await Effect.runPromise(registry.list)).toEqual([{ ...acme, isRotating: true }])
    expect(await refusalOf(registry.rotate("acme"))).toBe("RotationMismatch")
    await Effect.runPromise(registry.finishRotation("acme"))
    await eventually(() => authenticate(old) === undefined)
    expect(authenticate(next)).toEqual(acme)
  })

  it("keeps the clients that it knows when the file breaks, and says so once, without what is in it", async () => {
    const file = clientsFile()
    const key = await added(file)
    const { authenticate, events } = await service(file)
    const said = () => events.filter(({ event }) => event === "api_clients_unreadable")
    writeFileSync(file, '{"CANARY')
    await eventually(() => said().length > 0)
    expect(authenticate(key)).toEqual(acme)
    expect(said()).toEqual([{ event: "api_clients_unreadable", fields: { code: "damaged" } }])
    rmSync(file)
    const other = await added(file, gamma)
    await eventually(() => authenticate(other) !== undefined)
    expect(said()).toHaveLength(1)
    expect(JSON.stringify(events)).not.toContain("CANARY")
  })

  it("reads a file again whose permissions alone were changed", async () => {
    const file = clientsFile()
    await added(file)
    const { events } = await service(file)
    const readings = () => events.filter(({ event }) => event === "api_clients_read").length
    expect(readings()).toBe(1)
    chmodSync(file, 0o640)
    await eventually(() => readings() === 2)
  })
})
