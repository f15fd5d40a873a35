import { Effect, Layer } from "effect"
import { apiClientsFile } from "../adapters/clients-file/api-clients-file.ts"
import { esignPlatformHttp } from "../adapters/esign/esign-platform-http.ts"
import { httpServer } from "../adapters/http/http-server.ts"
import { objectStorageHttp } from "../adapters/object-storage/object-storage-http.ts"
import { expositionLayer } from "../adapters/prometheus/exposition.ts"
import { prometheusLayer } from "../adapters/prometheus/prometheus.ts"
import { sqliteEventStoreLayer } from "../adapters/sqlite/event-store.ts"
import { fileSizes } from "../adapters/sqlite/file-sizes.ts"
import { sqliteDatabaseLayer } from "../adapters/sqlite/sqlite-database.ts"
import { sqliteVaultLayer } from "../adapters/sqlite/vault.ts"
import { sqliteViewsLayer } from "../adapters/sqlite/views.ts"
import { Changes } from "../application/changes.ts"
import { drive } from "../application/drive.ts"
import { Agenda } from "../application/driving/agenda.ts"
import { Failures } from "../application/driving/failures.ts"
import { Gate } from "../application/driving/gate.ts"
import { Transmissions } from "../application/driving/transmissions.ts"
import { UrlCalls } from "../application/driving/url-calls.ts"
import { follow } from "../application/follow.ts"
import { Health } from "../application/health.ts"
import { checkHistory } from "../application/history/check-history.ts"
import { checkRecent } from "../application/history/check-recent.ts"
import { newId } from "../application/history/ids.ts"
import { openLog } from "../application/history/open-log.ts"
import { keepWorking } from "../application/keep-working.ts"
import { Telemetry } from "../application/ports/telemetry.ts"
import { projection } from "../application/projection.ts"
import { Settings } from "../application/settings.ts"
import { TrustedClock } from "../application/trusted-clock.ts"
import { Turns } from "../application/turns.ts"
import type { Config } from "./config.ts"

/** Event store, vault and views of the embedded default. `onFatal`: nothing can be written any more. */
export const storesLayer = (
  { dataDir, masterKeys }: Config,
  onFatal: (code: string) => void,
  telemetry?: Telemetry["Service"]
) =>
  Layer.mergeAll(sqliteEventStoreLayer, sqliteVaultLayer(masterKeys), sqliteViewsLayer).pipe(
    Layer.provide(sqliteDatabaseLayer({ dataDir, onFatal, ...(telemetry ? { telemetry } : {}) }))
  )

/** Both outbound adapters; the time of every answer is compared with ours. */
const outboundLayer = ({ esign, credentials, storageHosts, settings }: Config) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const clock = yield* TrustedClock
      const { platformCalled } = yield* Telemetry
      const onServerDate = (date: number) => clock.compare(date, Date.now())
      const timeoutMillis = settings.esignTimeout
      return Layer.mergeAll(
        esignPlatformHttp({
          ...esign,
          ...credentials,
          timeoutMillis,
          onServerDate,
          onToken: (outcome, seconds) => platformCalled("token", outcome, seconds),
          // A call that has its turn never waits for a connection.
          connections: settings.esignConcurrency
        }),
        objectStorageHttp({ hosts: storageHosts, timeoutMillis, onServerDate })
      )
    })
  )

/** What works by itself: the projection follows the log, the driver does what is due, the history is checked beside them. */
const workersLayer = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* Effect.forkScoped(keepWorking("drive", drive))
    yield* Effect.forkScoped(keepWorking("projection", Effect.flatMap(projection, follow)))
    yield* Effect.forkScoped(keepWorking("check_history", checkHistory))
  })
)

/** The ports through which everything goes that the service does to the world, as layers. */
export const portsOf = (config: Config, onFatal: (code: string) => void) => ({
  stores: Layer.unwrap(Effect.map(Telemetry, (telemetry) => storesLayer(config, onFatal, telemetry))),
  clients: apiClientsFile(config.clientsFile),
  outbound: outboundLayer(config)
})
export type Ports = ReturnType<typeof portsOf>

/** The service on these ports. Needs a `Log`; its end stops everything in order. */
export const serviceLayer = (config: Config, { stores, clients, outbound }: Ports) => {
  const owner = newId()
  const settings = Layer.succeed(Settings, { ...config.settings, owner })
  const state = Layer.mergeAll(
    Changes.layer,
    Turns.layer,
    Health.layer,
    Failures.layer,
    Transmissions.layer,
    UrlCalls.layer
  )
  const base = Layer.mergeAll(settings, state, stores, clients).pipe(Layer.provideMerge(prometheusLayer))
  const driving = Layer.mergeAll(Agenda.layer, Gate.layer)
  const services = driving.pipe(
    Layer.provideMerge(outbound),
    Layer.provideMerge(Layer.mergeAll(base, TrustedClock.layer))
  )
  const { server, callbackAuth, partnerUserIdType } = config
  return httpServer({ ...server, callbackAuth, partnerUserIdType }).pipe(
    Layer.provide(workersLayer),
    Layer.provide(Layer.effectDiscard(Effect.andThen(openLog(config.esign.environment, owner), checkRecent))),
    Layer.provide(expositionLayer(fileSizes(config.dataDir))),
    Layer.provide(services)
  )
}

/** The whole service. This file alone names concrete adapters. */
export const appLayer = (config: Config, onFatal: (code: string) => void) =>
  serviceLayer(config, portsOf(config, onFatal))
