import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Layer, ManagedRuntime } from "effect"
import { describe, expect, it, onTestFinished } from "vitest"
import { apiClientsFile } from "../../src/adapters/clients-file/api-clients-file.ts"
import { clientRegistryFile } from "../../src/adapters/clients-file/client-registry-file.ts"
import { ApiClients } from "../../src/application/ports/api-clients.ts"
import { eventually } from "../support/eventually.ts"
import { recordedLog } from "../support/recorded-log.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const acme = { id: "acme", tenant: "sales", scopes: ["events:read"] } as const
const gamma = { ...acme, id: "gamma" }

const clientsFile = () => join(temporaryFolder(), "state", "clients.json")
const added = (file: string, client: typeof acme | typeof gamma = acme) =>
  Effect.runPromise(clientRegistryFile(file).add(client))

/** A running service's view of a file, and what it logs. */
const service = async (file: string) => {
  const { lines, layer } = recordedLog()
  const runtime = ManagedRuntime.make(Layer.provide(apiClientsFile(file), layer))
  onTestFinished(() => runtime.dispose())
  const { authenticate } = await runtime.runPromise(ApiClients)
  return { authenticate, lines }
}

describe("the file of the clients", () => {
  it("is made for its owner alone, as is its folder", async () => {
    const file = clientsFile()
    await added(file)
    expect(statSync(join(file, "..")).mode & 0o777).toBe(0o700)
    expect(statSync(file).mode & 0o777).toBe(0o600)
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
  ])("is never written over when it %s", async (_, text) => {
    const file = join(temporaryFolder(), "clients.json")
    writeFileSync(file, text)
    const { list, add } = clientRegistryFile(file)
    for (const asked of [list, add(gamma)])
      expect(await Effect.runPromise(Effect.flip<unknown, unknown, never>(asked))).toMatchObject({
        _tag: "ClientsUnavailable",
        code: "damaged"
      })
    expect(readFileSync(file, "utf8")).toBe(text)
  })
})

describe("a running service", () => {
  it("has nobody any more when the file is gone", async () => {
    const file = clientsFile()
    const key = await added(file)
    const { authenticate } = await service(file)
    expect(authenticate(key)).toEqual(acme)
    rmSync(file)
    await eventually("the client to be gone", () => authenticate(key) === undefined)
  })

  it("keeps the clients that it knows when the file breaks, and says so once, without what is in it", async () => {
    const file = clientsFile()
    const key = await added(file)
    const { authenticate, lines } = await service(file)
    const said = () => lines.filter(({ event }) => event === "api_clients_unreadable")
    writeFileSync(file, '{"CANARY')
    await eventually("a word of it", () => said().length > 0)
    expect(authenticate(key)).toEqual(acme)
    expect(said()).toEqual([{ event: "api_clients_unreadable", code: "damaged" }])
    rmSync(file)
    const other = await added(file, gamma)
    await eventually("the file that is right again", () => authenticate(other) !== undefined)
    expect(said()).toHaveLength(1)
    expect(JSON.stringify(lines)).not.toContain("CANARY")
  })

  it("reads a file again whose permissions alone were changed", async () => {
    const file = clientsFile()
    await added(file)
    const { lines } = await service(file)
    const readings = () => lines.filter(({ event }) => event === "api_clients_read").length
    expect(readings()).toBe(1)
    chmodSync(file, 0o640)
    await eventually("a second reading", () => readings() === 2)
  })
})
