import { describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { expect, vi } from "vitest"
import { Changes } from "../../../src/application/changes.ts"
import { Health } from "../../../src/application/health.ts"
import { load } from "../../../src/application/history/load.ts"
import { EventStore, EventStoreUnavailable, RevisionConflict } from "../../../src/application/ports/event-store.ts"
import { transact } from "../../../src/application/transact.ts"
import type { RegistrationCommand } from "../../../src/domain/registration/commands.ts"
import { keptTelemetry } from "../../support/kept-telemetry.ts"
import { recordedLog } from "../../support/recorded-log.ts"
import * as a from "../../support/registration-commands.ts"
import { settingsWith } from "../../support/settings.ts"
import { sqliteLayer } from "../../support/sqlite.ts"
import { temporaryFolder } from "../../support/temporary-folder.ts"

const telling = () => {
  const { commands, layer } = keptTelemetry()
  const application = Layer.mergeAll(
    sqliteLayer(temporaryFolder()),
    Layer.mergeAll(Changes.layer, Health.layer, recordedLog().layer),
    layer,
    settingsWith({ owner: "p1" })
  )
  return { commands, application }
}

const does = (command: RegistrationCommand) =>
  Effect.exit(transact("r", command, { actor: { kind: "process", id: "p1" } }))

describe("of a command is told", () => {
  it.effect("that it is done, that there was nothing to do, or why it was refused: each time that one comes", () => {
    const { commands, application } = telling()
    return Effect.gen(function* () {
      yield* does(a.withdraw)
      yield* does(a.requestIt)
      yield* does(a.withdraw)
      yield* does(a.withdraw)
      yield* does(a.claimUrls())
      expect(commands).toEqual([
        "Withdraw NotFound",
        "Request done",
        "Withdraw done",
        "Withdraw nothing",
        "ClaimUrls WrongState"
      ])
    }).pipe(Effect.provide(application, { local: true }))
  })

  it.effect("that it lost a race, and what became of it then", () => {
    const { commands, application } = telling()
    return Effect.gen(function* () {
      yield* does(a.requestIt)
      const store = yield* EventStore
      vi.spyOn(store, "append").mockReturnValueOnce(Effect.fail(new RevisionConflict({ stream: "registration-r" })))
      yield* does(a.withdraw)
      const old = yield* load("r")
      yield* transact("r", a.withdraw, { actor: { kind: "process", id: "p1" } }, old)
      expect(commands).toEqual(["Request done", "Withdraw conflict", "Withdraw done", "Withdraw nothing"])
    }).pipe(Effect.provide(application, { local: true }))
  })

  it.live("that it could not be written, once however often that was tried", () => {
    const { commands, application } = telling()
    return Effect.gen(function* () {
      const store = yield* EventStore
      const failing = vi
        .spyOn(store, "append")
        .mockReturnValue(
          Effect.fail(new EventStoreUnavailable({ operation: "append", stored: "unknown", code: "SQLITE_FULL" }))
        )
      yield* does(a.requestIt)
      expect(failing.mock.calls.length).toBeGreaterThan(0)
      expect(commands).toEqual(["Request unavailable"])
    }).pipe(Effect.provide(application, { local: true }))
  })
})
