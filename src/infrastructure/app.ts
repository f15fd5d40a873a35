import { Effect, Layer } from "effect"
import { apiClientsFile } from "../adapters/clients-file/api-clients-file.ts"
import { esignPlatformHttp } from "../adapters/esign/esign-platform-http.ts"
import { httpServer } from "../adapters/http/http-server.ts"
import { kafkaBrokerLayer } from "../adapters/kafka/kafka-broker.ts"
import { objectStorageHttp } from "../adapters/object-storage/object-storage-http.ts"
import { expositionLayer } from "../adapters/prometheus/exposition.ts"
import { prometheusLayer } from "../adapters/prometheus/prometheus.ts"
import { ed25519Signer } from "../adapters/signing-key/ed25519-signer.ts"
import { fileSizes } from "../adapters/sqlite/file-sizes.ts"
import { Changes } from "../application/changes.ts"
import { drive } from "../application/drive.ts"
import { Agenda } from "../application/driving/agenda.ts"
import { Failures } from "../application/driving/failures.ts"
import { Gate } from "../application/driving/gate.ts"
import { Reconciled } from "../application/driving/reconciled.ts"
import { Transmissions } from "../application/driving/transmissions.ts"
import { UrlCalls } from "../application/driving/url-calls.ts"
import { destroyErasedKeys } from "../application/erasing/destroy-erased-keys.ts"
import { settleTombstones } from "../application/erasing/settle-tombstones.ts"
import { Health } from "../application/health.ts"
import { checkHistory } from "../application/history/check-history.ts"
import { checkRecent } from "../application/history/check-recent.ts"
import { newId } from "../application/history/ids.ts"
import { LogIdentity } from "../application/history/log-identity.ts"
import { openLog, type Start } from "../application/history/open-log.ts"
import { keepWorking } from "../application/keep-working.ts"
import { NewMessages } from "../application/messages/new-messages.ts"
import { handleRequest } from "../application/operator-requests/handle-request.ts"
import { makeServeRequests } from "../application/operator-requests/serve-requests.ts"
import { Log } from "../application/ports/log.ts"
import { Telemetry } from "../application/ports/telemetry.ts"
import { Tips } from "../application/ports/tips.ts"
import { keepRows } from "../application/projecting/projection.ts"
import { makeRebuilds } from "../application/projecting/rebuilds.ts"
import { signCheckpoints } from "../application/proof/signing/sign-checkpoints.ts"
import { usualPace } from "../application/publishing/pace.ts"
import { publish } from "../application/publishing/publish.ts"
import { PublisherState } from "../application/publishing/publisher-state.ts"
import { Settings } from "../application/settings.ts"
import { StoreCheck } from "../application/store-check.ts"
import { TrustedClock } from "../application/trusted-clock.ts"
import { Turns } from "../application/turns.ts"
import type { Config } from "./config.ts"
import { storesLayer } from "./stores.ts"

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

/**
 * What works by itself: the projection follows the log, the driver does what is due; beside them rows are made anew where they have to be, the
 * history is checked, and operators get what they ask for.
 */
const workersLayer = ({ kafka }: Pick<Config, "kafka">) =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const rebuilds = yield* makeRebuilds
      const serveRequests = yield* makeServeRequests(handleRequest(rebuilds, kafka?.topic))
      yield* Effect.forkScoped(keepWorking("drive", drive))
      yield* Effect.forkScoped(keepWorking("projection", keepRows))
      yield* Effect.forkScoped(keepWorking("rebuild_views", rebuilds.whenDue))
      yield* Effect.forkScoped(keepWorking("destroy_keys", destroyErasedKeys))
      yield* Effect.forkScoped(keepWorking("sign_checkpoints", signCheckpoints))
      yield* Effect.forkScoped(keepWorking("check_history", checkHistory))
      yield* Effect.forkScoped(keepWorking("operator_requests", serveRequests))
    })
  )

/** What is published, where there is somebody to publish it to. */
const publisherLayer = ({ broker }: Pick<Ports, "broker">) =>
  broker
    ? Layer.effectDiscard(Effect.forkScoped(keepWorking("publish", publish(usualPace)))).pipe(Layer.provide(broker))
    : Layer.empty

/** Which log it is, whether its end is as it was written, and what it forgot in a restore: before anything works on it. */
const identityLayer = (start: Start) =>
  Layer.effect(
    LogIdentity,
    Effect.gen(function* () {
      const identity = yield* openLog(start)
      const { warn, error } = yield* Log
      const { seen } = yield* Tips
      if (identity.isRestored) warn("log_restored", { epoch: identity.epoch })
      // Keys that were made since are lost: whoever gave his word for it should know before they are missed.
      if (seen.isVaultOlder) error("vault_put_back")
      yield* checkRecent
      yield* Effect.provideService(settleTombstones(start.owner), LogIdentity, identity)
      return identity
    })
  )

/** The ports through which everything goes that the service does to the world, as layers. */
export const portsOf = (config: Config, onFatal: (code: string) => void) => ({
  stores: Layer.unwrap(Effect.map(Telemetry, (telemetry) => storesLayer(config, onFatal, telemetry))),
  clients: apiClientsFile(config.clientsFile),
  outbound: outboundLayer(config),
  /** undefined: nothing goes to Kafka. */
  broker: config.kafka && kafkaBrokerLayer(config.kafka)
})
export type Ports = ReturnType<typeof portsOf>

/** The service on these ports. Needs a `Log`; its end stops everything in order. */
export const serviceLayer = (config: Config, { stores, clients, outbound, broker }: Ports, afterRestore = false) => {
  const owner = newId()
  const settings = Layer.succeed(Settings, { ...config.settings, owner })
  const state = Layer.mergeAll(
    Changes.layer,
    NewMessages.layer,
    Turns.layer,
    Health.layer,
    PublisherState.layer,
    Failures.layer,
    Transmissions.layer,
    UrlCalls.layer
  )
  const signer = ed25519Signer(config.signingKeys)
  const base = Layer.mergeAll(settings, state, signer, stores, clients).pipe(Layer.provideMerge(prometheusLayer))
  const driving = Layer.mergeAll(Agenda.layer, Gate.layer, StoreCheck.layer)
  const services = driving.pipe(
    Layer.provideMerge(outbound),
    Layer.provideMerge(Layer.mergeAll(base, TrustedClock.layer))
  )
  const { server, callbackAuth, partnerUserIdType } = config
  const identity = identityLayer({ esignEnvironment: config.esign.environment, owner, afterRestore })
  return httpServer({ ...server, callbackAuth, partnerUserIdType }).pipe(
    Layer.provide(Layer.merge(workersLayer(config), publisherLayer({ broker }))),
    Layer.provide(Reconciled.layer),
    Layer.provide(identity),
    Layer.provide(expositionLayer(fileSizes(config.dataDir))),
    Layer.provide(services)
  )
}

/** The whole service. Of what it is made of, this file and `stores.ts` alone name the adapters. */
export const appLayer = (config: Config, onFatal: (code: string) => void, afterRestore: boolean) =>
  serviceLayer(config, portsOf(config, onFatal), afterRestore)
