import { describe, it } from "@effect/vitest"
import { Effect, Layer, Result } from "effect"
import { expect, vi } from "vitest"
import { Changes } from "../../../src/application/changes.ts"
import { Health } from "../../../src/application/health.ts"
import { chain } from "../../../src/application/history/chain.ts"
import { load } from "../../../src/application/history/load.ts"
import { EventStore } from "../../../src/application/ports/event-store.ts"
import { transact } from "../../../src/application/transact.ts"
import type { RegistrationCommand } from "../../../src/domain/registration/commands.ts"
import { decide } from "../../../src/domain/registration/decide.ts"
import { encodeEvent } from "../../../src/domain/registration/event-codec.ts"
import { recordedLog } from "../../support/recorded-log.ts"
import * as a from "../../support/registration-commands.ts"
import { settingsWith } from "../../support/settings.ts"
import { silentTelemetry } from "../../support/silent-telemetry.ts"
import { sqliteLayer } from "../../support/sqlite.ts"
import { temporaryFolder } from "../../support/temporary-folder.ts"

const application = () =>
  Layer.mergeAll(
    sqliteLayer(temporaryFolder()),
    Layer.mergeAll(Changes.layer, Health.layer, recordedLog().layer),
    silentTelemetry,
    settingsWith({ owner: "p1" })
  )

const does = (id: string, command: RegistrationCommand) =>
  transact(id, command, { actor: { kind: "process", id: "p1" } })

describe("a registration that is read", () => {
  it.effect("after an append of ours is asked for from its end on, and is what a whole read tells", () =>
    Effect.gen(function* () {
      const store = yield* EventStore
      yield* does("r", a.requestIt)
      yield* does("r", a.claimUrls())
      const reads = vi.spyOn(store, "read")
      const again = yield* load("r")
      expect(reads.mock.calls).toEqual([["registration-r", 1]])
      expect(again.state).toMatchObject({ _tag: "Requested", urlsCall: { owner: "p1" } })
      expect(again.events).toEqual((yield* store.read("registration-r")).events)
      expect(yield* load("r")).toBe(again)
    }).pipe(Effect.provide(application(), { local: true }))
  )

  it.effect("after an append of somebody else is asked for from its last known event on", () =>
    Effect.gen(function* () {
      const store = yield* EventStore
      yield* does("r", a.requestIt)
      const { tip, state } = yield* load("r")
      const events = Result.getOrThrow(decide(a.withdraw, state)).map(encodeEvent)
      const origin = { actor: { kind: "client", id: "c" }, correlationId: "c" } as const
      yield* store.append("registration-r", tip, chain("registration-r", tip, events, origin, Date.now()))
      const reads = vi.spyOn(store, "read")
      const again = yield* load("r")
      expect(reads.mock.calls).toEqual([["registration-r", 0]])
      expect(again.state).toMatchObject({ _tag: "Withdrawn" })
      expect(again.events).toEqual((yield* store.read("registration-r")).events)
    }).pipe(Effect.provide(application(), { local: true }))
  )

  it.effect("is read whole when its last event is not the one that was known", () =>
    Effect.gen(function* () {
      const store = yield* EventStore
      yield* does("r", a.requestIt)
      const known = yield* load("r")
      const { read } = store
      const another = vi.spyOn(store, "read").mockImplementationOnce((stream, from) =>
        Effect.map(read(stream, from), ({ events, tip }) => ({
          events: events.map((event) => ({ ...event, hash: "0".repeat(64) })),
          tip
        }))
      )
      expect((yield* load("r")).events).toEqual(known.events)
      expect(another.mock.calls).toEqual([["registration-r", 0], ["registration-r"]])
    }).pipe(Effect.provide(application(), { local: true }))
  )
})

describe("a command on what was read before", () => {
  it.effect("is decided anew when the registration has moved on", () =>
    Effect.gen(function* () {
      yield* does("r", a.requestIt)
      const old = yield* load("r")
      yield* does("r", a.withdraw)
      const refused = yield* Effect.flip(transact("r", a.claimUrls(), { actor: { kind: "process", id: "p1" } }, old))
      expect(refused).toEqual({ _tag: "WrongState", state: "withdrawn" })
    }).pipe(Effect.provide(application(), { local: true }))
  )

  it.effect("is never refused, and never found done, on what may be out of date", () =>
    Effect.gen(function* () {
      yield* does("r", a.requestIt)
      const claimed = yield* does("r", a.claimUrls())
      yield* does("r", a.withdraw)
      // On the old state the claim is ours already: nothing to add.
      const refused = yield* Effect.flip(
        transact("r", a.claimUrls(), { actor: { kind: "process", id: "p1" } }, claimed)
      )
      expect(refused).toEqual({ _tag: "WrongState", state: "withdrawn" })
    }).pipe(Effect.provide(application(), { local: true }))
  )
})
