import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, identity, Layer, ManagedRuntime, Redacted, Result } from "effect"
import { onTestFinished } from "vitest"
import { apiClientsFile } from "../../src/adapters/clients-file/api-clients-file.ts"
import { hashOf, newApiKey } from "../../src/adapters/clients-file/api-key.ts"
import { withClient, writeClients } from "../../src/adapters/clients-file/clients.ts"
import { parseCallbackAuth } from "../../src/adapters/http/callback-auth.ts"
import { type HttpConfig, HttpServer, httpServer } from "../../src/adapters/http/http-server.ts"
import { objectStorageHttp } from "../../src/adapters/object-storage/object-storage-http.ts"
import { parseStorageHosts } from "../../src/adapters/object-storage/storage-hosts.ts"
import { sqliteEventStoreLayer } from "../../src/adapters/sqlite/event-store.ts"
import { sqliteDatabaseLayer } from "../../src/adapters/sqlite/sqlite-database.ts"
import { sqliteVaultLayer } from "../../src/adapters/sqlite/vault.ts"
import { sqliteViewsLayer } from "../../src/adapters/sqlite/views.ts"
import { Changes } from "../../src/application/changes.ts"
import { Health } from "../../src/application/health.ts"
import type { ApiClient } from "../../src/application/ports/api-clients.ts"
import { EventStore } from "../../src/application/ports/event-store.ts"
import { Log, type LogFields } from "../../src/application/ports/log.ts"
import { Settings } from "../../src/application/settings.ts"
import { Turns } from "../../src/application/turns.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const clients: ReadonlyArray<ApiClient> = [
  { id: "acme", tenant: "north", scopes: ["registrations:write"] },
  { id: "mate", tenant: "north", scopes: ["registrations:write"] },
  { id: "reader", tenant: "north", scopes: ["registrations:read"] },
  { id: "feeder", tenant: "north", scopes: ["events:read"] },
  { id: "beta", tenant: "beta", scopes: ["registrations:write"] },
  { id: "auditor", tenant: "audit", scopes: ["audit:read"] },
  { id: "chief", tenant: "audit", scopes: ["audit:read", "registrations:write"] }
]

const settings = {
  owner: "test",
  maxAttempts: 3,
  uploadWindow: 30 * 24 * 3_600_000,
  giveUpAfter: 7 * 24 * 3_600_000,
  verdictPollAfter: 600_000,
  verdictPollMax: 21_600_000,
  sweepInterval: 5000,
  retryMaxDelay: 60_000,
  esignTimeout: 10_000,
  esignConcurrency: 64
}

export const callbackAuth = (text: string) => Result.getOrThrow(parseCallbackAuth(text))

type Store = EventStore["Service"]
type HttpOptions = Partial<HttpConfig> & {
  readonly storageHosts?: string
  /** Comes between the surface and the event store. */
  readonly store?: (real: Store) => Store
}

/** The HTTP surface on a free port, over the embedded stores and without anything that works by itself. */
export const startHttp = async ({ storageHosts = "127.0.0.1:9", store = identity, ...config }: HttpOptions = {}) => {
  const dataDir = temporaryFolder()
  const keys: Record<string, string> = {}
  const clientsFile = join(dataDir, "clients.json")
  let known: Parameters<typeof withClient>[0] = []
  for (const client of clients) {
    const key = newApiKey(client.id)
    keys[client.id] = key
    known = Result.getOrThrow(withClient(known, client, hashOf(key)))
  }
  writeFileSync(clientsFile, writeClients(known))

  const lines: Array<{ readonly event: string } & LogFields> = []
  const write = (event: string, fields: LogFields = {}) => lines.push({ event, ...fields })
  const log = Layer.succeed(Log, { debug: write, info: write, warn: write, error: write })
  const database = sqliteDatabaseLayer({ dataDir, onFatal: (code) => write("fatal", { code }) })
  const eventStore = Layer.effect(EventStore, EventStore.useSync(store)).pipe(Layer.provide(sqliteEventStoreLayer))
  const stores = Layer.mergeAll(
    eventStore,
    sqliteVaultLayer([Redacted.make(new Uint8Array(32).fill(7))]),
    sqliteViewsLayer
  ).pipe(Layer.provide(database))
  const services = Layer.mergeAll(
    stores,
    log,
    Changes.layer,
    Turns.layer,
    Health.layer,
    Layer.succeed(Settings, settings),
    apiClientsFile(clientsFile),
    objectStorageHttp({
      hosts: Result.getOrThrow(parseStorageHosts(storageHosts)),
      timeoutMillis: 5000
    })
  ).pipe(Layer.provideMerge(log))
  const server = httpServer({
    host: "127.0.0.1",
    port: 0,
    keepAliveTimeout: 75_000,
    shutdownDelay: 0,
    callbackAuth: callbackAuth("bearer callback-secret"),
    partnerUserIdType: "ACME_USER_ID",
    ...config
  })
  const runtime = ManagedRuntime.make(Layer.provideMerge(server, services))
  const stop = () => runtime.dispose()
  onTestFinished(stop)
  const { port } = await runtime.runPromise(HttpServer.use(Effect.succeed))

  const url = `http://127.0.0.1:${port}`
  /** A call with the key of a client. */
  const call = (method: string, path: string, { as = "acme", headers = {}, ...init }: CallOptions = {}) =>
    fetch(url + path, {
      method,
      headers: { ...(as && { authorization: `Bearer ${keys[as]}` }), ...headers },
      duplex: "half",
      ...init
    } as RequestInit)
  return { port, url, keys, lines, call, stop, run: runtime.runPromise.bind(runtime), runtime }
}

export type CallOptions = {
  /** The client; "" for nobody. */
  readonly as?: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
  readonly signal?: AbortSignal
}
export type HttpService = Awaited<ReturnType<typeof startHttp>>
