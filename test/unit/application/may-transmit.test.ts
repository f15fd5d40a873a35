import { describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Layer } from "effect"
import { TestClock } from "effect/testing"
import { afterEach, expect, vi } from "vitest"
import { Changes } from "../../../src/application/changes.ts"
import { mayTransmit } from "../../../src/application/driving/may-transmit.ts"
import { Health } from "../../../src/application/health.ts"
import { load } from "../../../src/application/history/load.ts"
import { EventStore, EventStoreUnavailable } from "../../../src/application/ports/event-store.ts"
import { transact } from "../../../src/application/transact.ts"
import type { RegistrationCommand } from "../../../src/domain/registration/commands.ts"
import type { State } from "../../../src/domain/registration/registration.ts"
import { recordedLog } from "../../support/recorded-log.ts"
import * as a from "../../support/registration-commands.ts"
import { settingsWith } from "../../support/settings.ts"
import { silentTelemetry } from "../../support/silent-telemetry.ts"
import { sqliteLayer } from "../../support/sqlite.ts"
import { temporaryFolder } from "../../support/temporary-folder.ts"

const application = Layer.mergeAll(
  sqliteLayer(temporaryFolder()),
  Layer.mergeAll(Changes.layer, Health.layer, recordedLog().layer),
  silentTelemetry,
  settingsWith({ owner: "p1", esignTimeout: 10_000 })
)

const urlsClaim = (state: State) => ("urlsCall" in state ? state.urlsCall : undefined)
const does = (id: string, ...commands: ReadonlyArray<RegistrationCommand>) =>
  Effect.forEach(commands, (command) => transact(id, command, { actor: { kind: "process", id: "p1" } }))

/** The guard of a URL call that was claimed just now. */
const claimed = Effect.fnUntraced(function* (id: string) {
  yield* does(id, a.requestIt, a.claimUrls())
  const { state } = yield* load(id)
  return yield* mayTransmit(id, urlsClaim, urlsClaim(state), true)
})
const allows = <R>(guard: Effect.Effect<void, unknown, R>) => Effect.map(Effect.exit(guard), Exit.isSuccess)

afterEach(() => vi.restoreAllMocks())

describe("a transmission of a claimed call", () => {
  it.layer(application)((it) => {
    it.effect("the first goes out on the claim as it was just read", () =>
      Effect.gen(function* () {
        const guard = yield* claimed("first")
        yield* does("first", a.withdraw)
        yield* TestClock.adjust(4999)
        expect(yield* allows(guard)).toBe(true)
      })
    )

    it.effect("the first of a claim of before reads again, however young the claim is", () =>
      Effect.gen(function* () {
        yield* does("repeat", a.requestIt, a.claimUrls())
        const { state } = yield* load("repeat")
        const guard = yield* mayTransmit("repeat", urlsClaim, urlsClaim(state), false)
        yield* does("repeat", a.withdraw)
        expect(yield* allows(guard)).toBe(false)
      })
    )

    it.effect("a further one goes out while the claim is ours", () =>
      Effect.gen(function* () {
        const guard = yield* claimed("further")
        yield* guard
        yield* TestClock.adjust("1 hour")
        expect([yield* allows(guard), yield* allows(guard)]).toEqual([true, true])
      })
    )

    const ends: ReadonlyArray<readonly [name: string, commands: ReadonlyArray<RegistrationCommand>]> = [
      ["is withdrawn", [a.withdraw]],
      ["is erased", [a.erase]],
      ["was claimed by another process", [a.claimUrls(1, "p2")]],
      ["has its outcome", [a.recordUrls()]],
      ["has its outcome, and the next call is claimed", [a.recordUrls(), a.claimUrls(2)]]
    ]
    it.effect.each(ends)("a further one does not when it %s", ([name, commands]) =>
      Effect.gen(function* () {
        const guard = yield* claimed(name)
        yield* guard
        yield* does(name, ...commands)
        expect([yield* allows(guard), yield* allows(guard)]).toEqual([false, false])
      })
    )

    it.effect("a further one does not when an event is lost", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const guard = yield* claimed("lossy")
        yield* guard
        const { read } = store
        vi.spyOn(store, "read").mockImplementation((...args) =>
          Effect.map(read(...args), (whole) => ({ ...whole, lost: 2 }))
        )
        expect(yield* allows(guard)).toBe(false)
      })
    )

    it.effect("the first reads again when half of a call's time passed since the claim", () =>
      Effect.gen(function* () {
        const guard = yield* claimed("late")
        yield* does("late", a.withdraw)
        yield* TestClock.adjust(5000)
        expect(yield* allows(guard)).toBe(false)
      })
    )

    it.effect("the same by a clock that the wall clock cannot hide", () =>
      Effect.gen(function* () {
        const guard = yield* claimed("hidden")
        yield* does("hidden", a.withdraw)
        const later = performance.now() + 5000
        vi.spyOn(performance, "now").mockReturnValue(later)
        expect(yield* allows(guard)).toBe(false)
      })
    )

    it.effect("nothing goes out when the stream cannot be read", () =>
      Effect.gen(function* () {
        const down = new EventStoreUnavailable({ operation: "read", stored: "no", code: "SQLITE_IOERR" })
        const store = yield* EventStore
        const at = yield* Clock.currentTimeMillis
        const claim = { try: 0, owner: "p1", at, since: at }
        const guard = yield* mayTransmit("down", urlsClaim, claim, true).pipe(
          Effect.provideService(EventStore, { ...store, read: () => Effect.fail(down) })
        )
        yield* guard
        expect(yield* allows(guard)).toBe(false)
      })
    )
  })
})
