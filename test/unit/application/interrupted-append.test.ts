import { describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { expect } from "vitest"
import { Changes } from "../../../src/application/changes.ts"
import { Health } from "../../../src/application/health.ts"
import { load } from "../../../src/application/history/load.ts"
import { EventStore } from "../../../src/application/ports/event-store.ts"
import { transact } from "../../../src/application/transact.ts"
import { recordedLog } from "../../support/recorded-log.ts"
import * as a from "../../support/registration-commands.ts"
import { settingsWith } from "../../support/settings.ts"
import { silentTelemetry } from "../../support/silent-telemetry.ts"
import { sqliteLayer } from "../../support/sqlite.ts"
import { temporaryFolder } from "../../support/temporary-folder.ts"

const by = { actor: { kind: "process", id: "p1" } } as const
const application = () =>
  Layer.mergeAll(
    sqliteLayer(temporaryFolder()),
    Layer.mergeAll(Changes.layer, Health.layer, recordedLog().layer),
    silentTelemetry,
    settingsWith({ owner: "p1" })
  )

describe("an append whose fiber was interrupted while it was under way", () => {
  it.live("is seen by the next command", () =>
    Effect.gen(function* () {
      const store = yield* EventStore
      yield* transact("r", a.requestIt, by)
      yield* load("r")
      const fiber = yield* Effect.forkChild(transact("r", a.withdraw, by), { startImmediately: true })
      yield* Fiber.interrupt(fiber)
      // Position 1 is the request: what comes after it is the withdrawal, whoever waited for it.
      yield* store.waitBeyond(1)
      expect((yield* load("r")).state._tag).toBe("Withdrawn")
      expect((yield* transact("r", a.withdraw, by)).revision).toBe(1)
    }).pipe(Effect.provide(application(), { local: true }))
  )
})
