import { writeFileSync } from "node:fs"
import type { LookupFunction } from "node:net"
import { join } from "node:path"
import { Effect, identity, Layer, ManagedRuntime, Result } from "effect"
import { onTestFinished } from "vitest"
import { apiClientsFile } from "../../src/adapters/clients-file/api-clients-file.ts"
import { hashOf, newApiKey } from "../../src/adapters/clients-file/api-key.ts"
import { withClient, writeClients } from "../../src/adapters/clients-file/clients.ts"
import { type HttpConfig, HttpServer, httpServer } from "../../src/adapters/http/http-server.ts"
import { parseCallbackAuth } from "../../src/adapters/http/request/callback-auth.ts"
import { objectStorageHttp } from "../../src/adapters/object-storage/object-storage-http.ts"
import { parseStorageHosts } from "../../src/adapters/object-storage/storage-hosts.ts"
import { expositionLayer } from "../../src/adapters/prometheus/exposition.ts"
import { prometheusLayer } from "../../src/adapters/prometheus/prometheus.ts"
import { fileSizes } from "../../src/adapters/sqlite/file-sizes.ts"
import { Changes } from "../../src/application/changes.ts"
import { Health } from "../../src/application/health.ts"
import { NewMessages } from "../../src/application/messages/new-messages.ts"
import type { ApiClient } from "../../src/application/ports/api-clients.ts"
import { EventStore } from "../../src/application/ports/event-store.ts"
import { Messages } from "../../src/application/ports/messages.ts"
import { RegistrationList } from "../../src/application/ports/registration-list.ts"
import { Signer } from "../../src/application/ports/signer.ts"
import { Tombstones } from "../../src/application/ports/tombstones.ts"
import { PublisherState } from "../../src/application/publishing/publisher-state.ts"
import { StoreCheck } from "../../src/application/store-check.ts"
import { TrustedClock } from "../../src/application/trusted-clock.ts"
import { Turns } from "../../src/application/turns.ts"
import { logIdentity } from "./log-identity.ts"
import { recordedLog } from "./recorded-log.ts"
import { settingsWith } from "./settings.ts"
import { signingKey } from "./signing-keys.ts"
import { sqliteLayer } from "./sqlite.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const clients: ReadonlyArray<ApiClient> = [
  { id: "acme", tenant: "north", scopes: ["registrations:write"] },
  { id: "mate", tenant: "north", scopes: ["registrations:write"] },
  { id: "reader", tenant: "north", scopes: ["registrations:read"] },
  { id: "feeder", tenant: "north", scopes: ["events:read"] },
  { id: "beta", tenant: "beta", scopes: ["registrations:write"] },
  { id: "eraser", tenant: "north", scopes: ["personal-data:erase"] },
  { id: "wiper", tenant: "beta", scopes: ["personal-data:erase"] },
  { id: "keeper", tenant: "audit", scopes: ["personal-data:erase", "audit:read"] },
  { id: "auditor", tenant: "audit", scopes: ["audit:read"] },
  { id: "chief", tenant: "audit", scopes: ["audit:read", "registrations:write"] }
]

export const callbackAuth = (text: string) => Result.getOrThrow(parseCallbackAuth(text))

type Store = EventStore["Service"]
type MessagesService = Messages["Service"]
type List = RegistrationList["Service"]
type TombstonesService = Tombstones["Service"]
type HttpOptions = Partial<HttpConfig> & {
  readonly storageHosts?: string
  /** Milliseconds. */
  readonly storageTimeout?: number
  /** How names of storages are resolved. */
  readonly lookup?: LookupFunction
  /** Comes between the surface and the event store. */
  readonly store?: (real: Store) => Store
  /** Comes between the surface and the lists. */
  readonly list?: (real: List) => List
  /** Comes between the surface and the messages. */
  readonly messages?: (real: MessagesService) => MessagesService
  /** Comes between the surface and what became of keys. */
  readonly tombstones?: (real: TombstonesService) => TombstonesService
  /** How often the log was put back. */
  readonly epoch?: number
}

/** The HTTP surface on a free port, over the embedded stores and without anything that works by itself. */
export const startHttp = async ({
  storageHosts = "127.0.0.1:9",
  storageTimeout = 60_000,
  lookup,
  store = identity,
  list = identity,
  messages = identity,
  tombstones = identity,
  epoch = 0,
  ...config
}: HttpOptions = {}) => {
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

  const { lines, write, layer: log } = recordedLog()
  const between = Layer.mergeAll(
    Layer.effect(EventStore, EventStore.useSync(store)),
    Layer.effect(RegistrationList, RegistrationList.useSync(list)),
    Layer.effect(Messages, Messages.useSync(messages)),
    Layer.effect(Tombstones, Tombstones.useSync(tombstones))
  )
  const stores = between.pipe(Layer.provideMerge(sqliteLayer(dataDir, { onFatal: (code) => write("fatal", { code }) })))
  const services = Layer.mergeAll(
    StoreCheck.layer.pipe(Layer.provideMerge(stores)),
    Changes.layer,
    Turns.layer,
    Health.layer,
    PublisherState.layer,
    TrustedClock.layer,
    logIdentity(epoch),
    NewMessages.layer,
    Layer.succeed(Signer, { current: signingKey(1), former: [] }),
    prometheusLayer,
    settingsWith({ maxAttempts: 3 }),
    apiClientsFile(clientsFile),
    objectStorageHttp({
      hosts: Result.getOrThrow(parseStorageHosts(storageHosts)),
      timeoutMillis: storageTimeout,
      ...(lookup ? { lookup } : {})
    })
  ).pipe(Layer.provideMerge(log))
  const files = fileSizes(dataDir)
  const server = httpServer({
    host: "127.0.0.1",
    port: 0,
    keepAliveTimeout: 75_000,
    shutdownDelay: 0,
    callbackAuth: callbackAuth("bearer callback-secret"),
    partnerUserIdType: "ACME_USER_ID",
    ...config
  })
  const runtime = ManagedRuntime.make(
    server.pipe(Layer.provideMerge(expositionLayer(files)), Layer.provideMerge(services))
  )
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
  return { port, url, keys, clientsFile, lines, call, stop, run: runtime.runPromise.bind(runtime), runtime }
}

export type CallOptions = {
  /** The client; "" for nobody. */
  readonly as?: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
  readonly signal?: AbortSignal
}
export type HttpService = Awaited<ReturnType<typeof startHttp>>
