import { Effect, Fiber, Layer } from "effect"
import { Health } from "../../src/application/health.ts"
import { keepWorking } from "../../src/application/keep-working.ts"
import { EventStore, EventStoreUnavailable } from "../../src/application/ports/event-store.ts"
import { type Kept, KeptCheckpoint } from "../../src/application/ports/kept-checkpoint.ts"
import { Log, type LogFields } from "../../src/application/ports/log.ts"
import { VaultUnavailable } from "../../src/application/ports/vault.ts"
import { type KnownEvent, Views } from "../../src/application/ports/views.ts"
import { signCheckpoints } from "../../src/application/proof/signing/sign-checkpoints.ts"
import { signNow } from "../../src/application/proof/signing/sign-now.ts"
import { directLine } from "../model/line.ts"
import { memoryEventStore } from "../model/memory-event-store.ts"
import type { MemoryLog } from "../model/memory-log.ts"
import { MemoryRows, memoryViews } from "../model/memory-views.ts"
import { settingsWith } from "./settings.ts"
import { signerOf } from "./signing-keys.ts"
import { silentTelemetry } from "./silent-telemetry.ts"

type Fault = "before" | "after" | "unknown"

/** A process that signs checkpoints of a log, in virtual time. */
export class SigningInstance {
  /** What the vault knows, and the last event that the rows know. */
  kept: Kept | undefined
  lastEvent: KnownEvent | undefined
  /** Lines of the log of this process, and what it could not do. */
  readonly said: Array<LogFields & { readonly event: string }> = []
  /** How many events it read of the feed. */
  fed = 0
  /** Of the next append, or the next one that is kept. */
  appendFault: Fault | undefined
  keepFault = false
  readonly #layer: Layer.Layer<Layer.Success<ReturnType<typeof layerOf>>>
  #fiber: Fiber.Fiber<unknown> | undefined

  constructor(log: MemoryLog, ...keys: readonly [number, ...ReadonlyArray<number>]) {
    this.#layer = layerOf(this, log, keys)
  }

  start(): void {
    this.#fiber = Effect.runFork(Effect.provide(keepWorking("sign_checkpoints", signCheckpoints), this.#layer))
  }

  /** As a process that is killed: nothing is tidied up but what has to be. */
  stop(): void {
    if (this.#fiber) Effect.runFork(Fiber.interrupt(this.#fiber))
  }

  signNow() {
    return Effect.runPromise(Effect.provide(signNow, this.#layer))
  }

  signed(): ReadonlyArray<LogFields> {
    return this.said.filter(({ event }) => event === "checkpoint_signed")
  }
}

const layerOf = (instance: SigningInstance, log: MemoryLog, keys: readonly [number, ...ReadonlyArray<number>]) => {
  const store = memoryEventStore(log, directLine)
  const say = (event: string, fields: LogFields = {}) => void instance.said.push({ event, ...fields })
  const failed = (stored: "no" | "unknown") =>
    Effect.fail(new EventStoreUnavailable({ operation: "append", stored, code: "SQLITE_IOERR" }))
  return Layer.mergeAll(
    settingsWith({ owner: "p1" }),
    silentTelemetry,
    Health.layer,
    signerOf(...keys),
    Layer.succeed(Views, {
      ...memoryViews(new MemoryRows(), directLine),
      lastEvent: Effect.sync(() => instance.lastEvent)
    }),
    Layer.succeed(Log, { debug: say, info: say, warn: say, error: say }),
    Layer.succeed(EventStore, {
      ...store,
      feed: (...asked) =>
        Effect.tap(store.feed(...asked), ({ events }) =>
          Effect.sync(() => {
            instance.fed += events.length
          })
        ),
      append: (...asked) =>
        Effect.suspend(() => {
          const fault = instance.appendFault
          instance.appendFault = undefined
          if (fault === "before") return failed("no")
          const appended = store.append(...asked)
          return fault === undefined
            ? appended
            : Effect.andThen(appended, failed(fault === "unknown" ? "unknown" : "no"))
        })
    }),
    Layer.succeed(KeptCheckpoint, {
      load: Effect.sync(() => instance.kept),
      keep: (checkpoint) =>
        Effect.suspend(() => {
          if (instance.keepFault)
            return Effect.fail(new VaultUnavailable({ operation: "keepCheckpoint", code: "SQLITE_BUSY" }))
          instance.kept = checkpoint
          return Effect.void
        }),
      forget: Effect.die("unused")
    })
  )
}
