import { type Context, Deferred, Effect, type Exit, Fiber, Layer, Schedule, Scope } from "effect"
import { Changes } from "../../src/application/changes.ts"
import { drive } from "../../src/application/drive.ts"
import { Agenda } from "../../src/application/driving/agenda.ts"
import { Failures } from "../../src/application/driving/failures.ts"
import { Gate } from "../../src/application/driving/gate.ts"
import { Transmissions } from "../../src/application/driving/transmissions.ts"
import { UrlCalls } from "../../src/application/driving/url-calls.ts"
import { destroyErasedKeys } from "../../src/application/erasing/destroy-erased-keys.ts"
import { settleTombstones } from "../../src/application/erasing/settle-tombstones.ts"
import { Health } from "../../src/application/health.ts"
import { streamOf } from "../../src/application/history/ids.ts"
import { keepWorking } from "../../src/application/keep-working.ts"
import { NewMessages } from "../../src/application/messages/new-messages.ts"
import { EsignPlatform } from "../../src/application/ports/esign-platform.ts"
import { EventStore } from "../../src/application/ports/event-store.ts"
import { Log, type LogFields } from "../../src/application/ports/log.ts"
import { Messages } from "../../src/application/ports/messages.ts"
import { ObjectStorage } from "../../src/application/ports/object-storage.ts"
import { Signer } from "../../src/application/ports/signer.ts"
import { type Tombstone, Tombstones } from "../../src/application/ports/tombstones.ts"
import { Vault } from "../../src/application/ports/vault.ts"
import { Views } from "../../src/application/ports/views.ts"
import { keepRows } from "../../src/application/projecting/projection.ts"
import { PublisherState } from "../../src/application/publishing/publisher-state.ts"
import { TrustedClock } from "../../src/application/trusted-clock.ts"
import { Turns } from "../../src/application/turns.ts"
import { reconciledIn } from "../support/log-identity.ts"
import { settingsWith } from "../support/settings.ts"
import { silentTelemetry } from "../support/silent-telemetry.ts"
import { esignPort, esignTimeout } from "./esign-port.ts"
import { memoryEventStore } from "./memory-event-store.ts"
import { memoryMessages } from "./memory-messages.ts"
import { memoryTombstones } from "./memory-tombstones.ts"
import { memoryVault } from "./memory-vault.ts"
import { memoryViews } from "./memory-views.ts"
import { storagePort } from "./storage-port.ts"
import type { World } from "./world.ts"

/** A day of the service in an hour. Milliseconds. */
export const pace = {
  uploadWindow: 30 * 60_000,
  giveUpAfter: 5 * 60_000,
  verdictPollAfter: 20_000,
  verdictPollMax: 120_000,
  sweepInterval: 30_000,
  retryMaxDelay: 20_000,
  esignTimeout
}

const outages = new Set(["EventStoreUnavailable", "ViewsUnavailable", "VaultUnavailable"])

/** What a test brings about. */
const incidents = new Set(["key_missing"])

/** One whose signature is the text. */
const signer: Signer["Service"] = { current: { publicKey: "key", sign: (text) => Buffer.from(text) }, former: [] }

/** No key goes before the log says so. */
const watch = (world: World, { keyId, receipt: { registrationId, eventHash } }: Tombstone): void => {
  const { events } = world.log.read(streamOf(registrationId))
  // One that the log has forgotten is named by its receipt for ever.
  if (!events.some(({ type, hash }) => type === "PersonalDataErased" && (world.epoch > 0 || hash === eventHash)))
    world.breaks("destroyed_and_not_erased", keyId)
}

const layerOf = (world: World, owner: string, isCut: () => boolean) => {
  const line = world.line(isCut)
  const say = (event: string, fields: LogFields = {}) => void world.said.push({ event, ...fields })
  const error = (event: string, fields: LogFields = {}) => {
    const { tag, storedName, code } = fields
    say(event, fields)
    // An outage is no bug; anything else that is logged as an error here is one.
    if (!outages.has(tag ?? "") && !incidents.has(event)) world.breaks("died", `${event} ${tag ?? storedName ?? code}`)
  }
  const base = Layer.mergeAll(
    settingsWith({ owner, ...pace, eraseAfter: world.eraseAfter }),
    Layer.mergeAll(Changes.layer, Turns.layer, Health.layer, PublisherState.layer, Failures.layer, TrustedClock.layer),
    Layer.mergeAll(Transmissions.layer, UrlCalls.layer),
    silentTelemetry,
    reconciledIn(world.epoch),
    Layer.succeed(Log, { debug: say, info: say, warn: say, error }),
    Layer.succeed(EventStore, memoryEventStore(world.log, line)),
    Layer.succeed(Vault, memoryVault(world.keys, line)),
    Layer.succeed(
      Tombstones,
      memoryTombstones(world.keys, world.graveyard, line, (tombstone) => watch(world, tombstone))
    ),
    Layer.succeed(Signer, signer),
    Layer.succeed(Views, memoryViews(world.rows, line)),
    Layer.succeed(Messages, memoryMessages(world.rows, line)),
    NewMessages.layer,
    Layer.succeed(ObjectStorage, storagePort(world, isCut))
  )
  const esign = Layer.effect(
    EsignPlatform,
    Effect.map(TrustedClock, (clock) => esignPort(world, owner, isCut, clock))
  )
  return Layer.mergeAll(esign, Agenda.layer, Gate.layer).pipe(Layer.provideMerge(base))
}

export type Services = Layer.Success<ReturnType<typeof layerOf>>

/** The application as one process runs it, until it is killed: then all that it holds in memory is gone, and nothing of it is tidied up. */
export class Process {
  readonly #context: Context.Context<Services>
  readonly #workers: ReadonlyArray<Fiber.Fiber<unknown>>
  /** What was destroyed and forgotten is told to the log before anything else. */
  readonly #begun = Deferred.makeUnsafe<void>()
  #isKilled = false

  constructor(world: World, owner: string) {
    world.time.newProcess()
    const layer = layerOf(world, owner, () => this.#isKilled)
    this.#context = Effect.runSync(Layer.buildWithScope(layer, Scope.makeUnsafe()))
    const fork = Effect.runForkWith(this.#context)
    const settled = Effect.retry(settleTombstones(owner), { schedule: Schedule.spaced("100 millis") })
    fork(Effect.andThen(settled, Deferred.succeed(this.#begun, undefined)))
    const works = (work: Effect.Effect<never, never, Services>) =>
      fork(Effect.andThen(Deferred.await(this.#begun), work))
    this.#workers = [
      works(keepWorking("drive", drive)),
      works(keepWorking("projection", keepRows)),
      works(keepWorking("destroy_keys", destroyErasedKeys))
    ]
  }

  run<A, E>(work: Effect.Effect<A, E, Services>, onEnd: (exit: Exit.Exit<A, E>) => void): void {
    Effect.runForkWith(this.#context)(Effect.andThen(Deferred.await(this.#begun), work)).addObserver((exit) => {
      if (!this.#isKilled) onEnd(exit)
    })
  }

  /** Takes no more work, and ends once what is under way has come to its end. */
  stop(onEnd: () => void): void {
    const stopped = Health.use(({ stop }) => Effect.sync(stop)).pipe(Effect.andThen(Fiber.interruptAll(this.#workers)))
    this.run(stopped, onEnd)
  }

  kill(): void {
    this.#isKilled = true
  }
}
