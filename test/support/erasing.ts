import { Effect, Fiber, Layer } from "effect"
import { Changes } from "../../src/application/changes.ts"
import { destroyErasedKeys } from "../../src/application/erasing/destroy-erased-keys.ts"
import { settleTombstones } from "../../src/application/erasing/settle-tombstones.ts"
import { Health } from "../../src/application/health.ts"
import { EventStore, noStream } from "../../src/application/ports/event-store.ts"
import { Tombstones } from "../../src/application/ports/tombstones.ts"
import { Vault } from "../../src/application/ports/vault.ts"
import { Views } from "../../src/application/ports/views.ts"
import type { StoredData } from "../../src/domain/registration/event-codec.ts"
import type { RegistrationEvent } from "../../src/domain/registration/events.ts"
import { directLine } from "../model/line.ts"
import { memoryEventStore } from "../model/memory-event-store.ts"
import { MemoryLog } from "../model/memory-log.ts"
import { MemoryGraveyard, memoryTombstones } from "../model/memory-tombstones.ts"
import { memoryVault } from "../model/memory-vault.ts"
import { MemoryRows, memoryViews } from "../model/memory-views.ts"
import { eventually } from "./eventually.ts"
import { logIdentity } from "./log-identity.ts"
import { unrecorded } from "./recorded-events.ts"
import { recordedLog } from "./recorded-log.ts"
import { requested, sealed } from "./registration-events.ts"
import { signerOf } from "./signing-keys.ts"
import { silentTelemetry } from "./silent-telemetry.ts"

/** A log and a vault, and what destroys keys in it, each time as a process of its own. */
export const erasing = () => {
  const [log, keys, graveyard] = [new MemoryLog(), new Map<string, boolean>(), new MemoryGraveyard()]
  const { lines, layer: logging } = recordedLog()
  const destroyed: Array<ReadonlyArray<string>> = []
  let saves = 0
  const tombstones = memoryTombstones(keys, graveyard, directLine)
  const watched: Tombstones["Service"] = {
    ...tombstones,
    destroy: (all) => {
      destroyed.push(all.map(({ keyId }) => keyId))
      return tombstones.destroy(all)
    },
    saveDestroyedUpTo: (place) => {
      saves++
      return tombstones.saveDestroyedUpTo(place)
    }
  }
  const stores = Layer.mergeAll(
    Layer.sync(EventStore, () => memoryEventStore(log, directLine)),
    Layer.sync(Vault, () => memoryVault(keys, directLine)),
    Layer.sync(Views, () => memoryViews(new MemoryRows(), directLine)),
    Layer.succeed(Tombstones, watched),
    signerOf(1),
    logging,
    Health.layer,
    Changes.layer,
    silentTelemetry
  )
  const within = (epoch: number) => Effect.provide(Layer.mergeAll(stores, logIdentity(epoch)), { local: true })

  const settle = (epoch = 1) => Effect.runPromise(settleTombstones("p2").pipe(within(epoch)))
  const follow = async (epoch: number, isThere: () => boolean) => {
    const fiber = Effect.runFork(destroyErasedKeys.pipe(within(epoch)))
    await eventually("the end of the log", isThere)
    await Effect.runPromise(Fiber.interrupt(fiber))
  }

  return {
    log,
    keys,
    graveyard,
    lines,
    /** The keys of each call that destroyed some. */
    destroyed,
    saves: () => saves,
    /** Appends a registration of its own key, which is named like it. */
    append: (id: string, ...events: ReadonlyArray<RegistrationEvent | StoredData>) => {
      keys.set(id, true)
      const all = unrecorded(id, [{ ...requested, personal: sealed(id) }, ...events])
      log.append(all[0]?.stream ?? "", noStream, all)
      return all
    },
    /** Settles, and follows until it is at the end of the log. */
    follow: async (epoch = 0) => {
      await settle(epoch)
      await follow(epoch, () => graveyard.place?.position === log.entries.length)
    },
    /** Follows until something is so. */
    followUntil: follow,
    settle
  }
}
