import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { expect, vi } from "vitest"
import { Changes } from "../../../src/application/changes.ts"
import { Health } from "../../../src/application/health.ts"
import { load } from "../../../src/application/history/load.ts"
import { EventStore, noStream, tipOf } from "../../../src/application/ports/event-store.ts"
import { Views, ViewsUnavailable } from "../../../src/application/ports/views.ts"
import { transact } from "../../../src/application/transact.ts"
import type { RegistrationCommand } from "../../../src/domain/registration/commands.ts"
import type { Registration } from "../../../src/domain/registration/registration.ts"
import { recordedLog } from "../../support/recorded-log.ts"
import * as a from "../../support/registration-commands.ts"
import { pageOf } from "../../support/saved-page.ts"
import { settingsWith } from "../../support/settings.ts"
import { silentTelemetry } from "../../support/silent-telemetry.ts"
import { sqliteLayer } from "../../support/sqlite.ts"
import { temporaryFolder } from "../../support/temporary-folder.ts"

const does = (command: RegistrationCommand) => transact("r", command, { actor: { kind: "process", id: "p1" } })
const stream = "registration-r"
const lost = (revision: number) => ({ _tag: "LostEvent", stream, revision })

/** A registration of three events, none of which this process has read; what `sql` does to its log. */
const damaged = (sql: string) => {
  const dataDir = temporaryFolder()
  const { lines, layer: log } = recordedLog()
  const application = Layer.mergeAll(
    sqliteLayer(dataDir),
    Layer.mergeAll(Changes.layer, Health.layer, log),
    silentTelemetry,
    settingsWith({ owner: "p1" })
  )
  const events = () => {
    const file = new DatabaseSync(join(dataDir, "log.db"))
    try {
      file.exec(sql)
      return file.prepare("SELECT stream, revision, hash FROM events").all()
    } finally {
      file.close()
    }
  }
  const before = Effect.gen(function* () {
    yield* does(a.requestIt)
    yield* does(a.claimUrls())
    yield* does(a.withdraw)
  })
  const test = <A, E>(
    during: (left: () => unknown) => Effect.Effect<A, E, Layer.Success<typeof application>>
  ): Effect.Effect<A, unknown> =>
    Effect.provide(before, application, { local: true }).pipe(
      Effect.andThen(
        Effect.suspend(() => {
          const left = events()
          return Effect.tap(during(events), () => Effect.sync(() => expect(events()).toEqual(left)))
        }).pipe(Effect.provide(application, { local: true }))
      )
    )
  return { test, lines }
}

const request = { tenant: "acme", partnerUserId: "user-1", partnerUserIdType: "ACME_USER_ID" }
const withdrawn = { _tag: "Withdrawn", updatedAt: 1, requestedAt: 1, request } as Registration
const saveRow = (revision: number) =>
  Views.use((views) =>
    views.save(pageOf({ position: 1, rows: [{ id: "r", revision, state: withdrawn, reconciledIn: 0 }] }))
  )

const holes: ReadonlyArray<readonly [what: string, sql: string, revision: number, state: string]> = [
  ["all events", "DELETE FROM events", 0, "Initial"],
  ["its first event", "DELETE FROM events WHERE revision = 0", 0, "Initial"],
  ["an event in the middle", "DELETE FROM events WHERE revision = 1", 1, "Requested"]
]

describe("a registration that lost", () => {
  for (const [what, sql, revision, state] of holes)
    it.effect(`${what} is known up to there; no command gets through, and nothing is appended`, () => {
      const { test, lines } = damaged(sql)
      return test(() =>
        Effect.gen(function* () {
          const loaded = yield* load("r")
          expect(loaded).toMatchObject({ state: { _tag: state }, unreadable: lost(revision) })
          expect(loaded.events).toHaveLength(revision)
          for (const command of [a.requestIt, a.claimUrls(), a.withdraw, a.erase])
            expect(yield* Effect.flip(does(command))).toEqual(lost(revision))
          expect(yield* load("r")).toEqual(loaded)
          expect(lines).toEqual([{ event: "history_damaged", stream, revision, code: "missing" }])
          expect((yield* Health).parked()).toEqual([lost(revision)])
        })
      )
    })

  for (const [what, sql, revision, state] of [
    ["its last event", "DELETE FROM events WHERE revision = 2", 2, "Requested"],
    ["all that there was of it", "DELETE FROM events; DELETE FROM streams", 0, "Initial"]
  ] as const)
    it.effect(`${what} is no shorter one, nor a new one, where its row knows more`, () => {
      const { test, lines } = damaged(sql)
      return test(() =>
        Effect.gen(function* () {
          yield* saveRow(2)
          expect(yield* load("r")).toMatchObject({ state: { _tag: state }, unreadable: lost(revision) })
          expect(yield* Effect.flip(does(a.requestIt))).toEqual(lost(revision))
          expect(yield* Effect.flip(does(a.withdraw))).toEqual(lost(revision))
          expect(lines).toEqual([{ event: "history_damaged", stream, revision, code: "missing" }])
        })
      )
    })

  it.effect("its last event while it was remembered is read anew", () =>
    damaged("").test((events) =>
      Effect.gen(function* () {
        expect((yield* load("r")).state._tag).toBe("Withdrawn")
        yield* saveRow(2)
        const store = yield* EventStore
        const { read } = store
        vi.spyOn(store, "read").mockImplementation((name, from) =>
          Effect.map(read(name, from), ({ events: [first, second] }) =>
            from === undefined && first && second
              ? { events: [first, second], tip: tipOf(second) }
              : { events: [], tip: noStream }
          )
        )
        expect(yield* load("r")).toMatchObject({ state: { _tag: "Requested" }, unreadable: lost(2) })
        expect(events()).toHaveLength(3)
      })
    )
  )
})

it.effect("a registration that lost what was appended to it since it was read is read anew", () =>
  damaged("").test(() =>
    Effect.gen(function* () {
      expect((yield* load("r")).unreadable).toBeUndefined()
      const store = yield* EventStore
      const { read } = store
      vi.spyOn(store, "read").mockImplementation((...args) =>
        Effect.map(read(...args), (whole) => ({ ...whole, lost: 3 }))
      )
      expect(yield* load("r")).toMatchObject({ state: { _tag: "Withdrawn" }, unreadable: lost(3) })
    })
  )
)

it.effect("a registration whose lost events were put back is whole again", () =>
  damaged("").test(() =>
    Effect.gen(function* () {
      const store = yield* EventStore
      const { read } = store
      vi.spyOn(store, "read").mockImplementationOnce((name) =>
        Effect.map(read(name), ({ events: [first] }) =>
          first ? { events: [first], tip: tipOf(first), lost: 1 } : { events: [], tip: noStream }
        )
      )
      expect(yield* load("r")).toMatchObject({ state: { _tag: "Requested" }, unreadable: lost(1) })
      const again = yield* load("r")
      expect([again.state._tag, again.unreadable]).toEqual(["Withdrawn", undefined])
    })
  )
)

describe("a registration that lost nothing", () => {
  for (const revision of [0, 2])
    it.effect(`is read as it is where its row knows it up to revision ${revision}`, () => {
      const { test, lines } = damaged("")
      return test(() =>
        Effect.gen(function* () {
          yield* saveRow(revision)
          const loaded = yield* load("r")
          expect([loaded.state._tag, loaded.unreadable, loaded.events.length]).toEqual(["Withdrawn", undefined, 3])
          expect(lines).toEqual([])
        })
      )
    })

  it.effect("is compared with its row as that was before: what is appended meanwhile is no loss", () =>
    damaged("").test(() =>
      Effect.gen(function* () {
        const [store, views] = [yield* EventStore, yield* Views]
        const asked: Array<string> = []
        const { read } = store
        const { rows } = views
        vi.spyOn(store, "read").mockImplementation((...args) =>
          Effect.suspend(() => {
            asked.push("stream")
            return read(...args)
          })
        )
        vi.spyOn(views, "rows").mockImplementation((...args) =>
          Effect.suspend(() => {
            asked.push("row")
            return rows(...args)
          })
        )
        yield* load("r")
        expect(asked).toEqual(["row", "stream"])
      })
    )
  )

  it.effect("is read also while no row can be", () =>
    damaged("").test(() =>
      Effect.gen(function* () {
        const views = yield* Views
        vi.spyOn(views, "rows").mockReturnValue(
          Effect.fail(new ViewsUnavailable({ operation: "rows", code: "SQLITE_BUSY" }))
        )
        expect((yield* load("r")).unreadable).toBeUndefined()
      })
    )
  )
})
