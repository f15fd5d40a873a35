import { assert, layer } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { type ListFilter, RegistrationList } from "../../src/application/ports/registration-list.ts"
import { type Row, Views } from "../../src/application/ports/views.ts"
import { stateNames } from "../../src/domain/registration/registration.ts"
import { memoryRegistrationList } from "../support/memory-registration-list.ts"
import { failed, newRow } from "../support/new-rows.ts"
import { savePage } from "../support/saved-page.ts"

type Tag = keyof typeof stateNames
const tags: ReadonlyArray<Tag> = ["Requested", "Failed", "Withdrawn"]
const [t0, day] = [1_764_000_000_000, 24 * 60 * 60 * 1000]

/** What a list asks of a row; the rest of the state matters to nobody here. */
const rowOf = (tenant: string, user: string, type: string, tag: Tag, requestedAt: number, more: Partial<Row> = {}) => {
  const request = { ...failed.request, tenant, partnerUserId: user, partnerUserIdType: type }
  return newRow({ state: { ...failed, request, requestedAt, _tag: tag } as Row["state"], ...more })
}
/** Several at the same time, several of a user, in every state and of two types. */
const many = Array.from({ length: 120 }, (_, i) =>
  rowOf(
    ["acmé", "other", "third"][i % 3] ?? "",
    `user-${i % 17}`,
    i === 7 ? "RARE" : i % 5 === 0 ? "OLD" : "ID",
    tags[i % 4] ?? "Requested",
    t0 + Math.floor(i / 4) * 10
  )
)
const filters: ReadonlyArray<ListFilter> = [
  {},
  { tenant: "acmé" },
  { tenant: "nobody" },
  { partnerUserId: "user-3" },
  { tenant: "acmé", partnerUserId: "user-3" },
  { tenant: "acmé", partnerUserId: "user-0", partnerUserIdType: "OLD", state: "requested" },
  { partnerUserIdType: "OLD" },
  { partnerUserIdType: "RARE" },
  { tenant: "other", partnerUserIdType: "OLD", state: "failed" },
  { state: "withdrawn" },
  { tenant: "acmé", state: "requested" },
  { state: "issued" },
  { requestedFrom: t0 + 50 },
  { tenant: "other", requestedFrom: t0 + 50, requestedTo: t0 + 200 },
  { state: "failed", requestedFrom: t0 + 60, requestedTo: t0 + 100 },
  { partnerUserId: "user-3", requestedTo: t0 + 150 },
  { requestedTo: t0 },
  { requestedFrom: t0 + 20, requestedTo: t0 + 20 }
]
const idsOf = (rows: ReadonlyArray<Row>) => rows.map(({ id }) => id)
const placeOf = ({ id, state }: Row) => ({ requestedAt: state.requestedAt, id })

/** Lists from page to page, with something between two of them. */
const listAll = Effect.fnUntraced(function* (
  filter: ListFilter,
  limit: number,
  between: Effect.Effect<unknown, unknown, Views> = Effect.void
) {
  const { list } = yield* RegistrationList
  const all: Array<Row> = []
  while (true) {
    const last = all.at(-1)
    const page = yield* list(filter, limit, last && placeOf(last))
    all.push(...page)
    if (page.length < limit) return all
    yield* between
  }
})

/** What every list of registrations does. Each call of `makeLayer` stands for new views. */
export const registrationListContract = (
  name: string,
  makeLayer: () => Layer.Layer<Views | RegistrationList, unknown>
) => {
  layer(makeLayer(), { excludeTestServices: true })(`RegistrationList: ${name}`, (it) => {
    it.effect("lists with each filter what it says, newest first, in pages of any size", () =>
      Effect.gen(function* () {
        yield* savePage({ rows: many })
        const { list } = memoryRegistrationList(many)
        for (const filter of filters) {
          const expected = yield* list(filter, 1000)
          for (const limit of [1, 7, 200]) assert.deepStrictEqual(yield* listAll(filter, limit), expected)
        }
      })
    )
  })

  layer(makeLayer(), { excludeTestServices: true })(`RegistrationList beside writes: ${name}`, (it) => {
    it.effect("neither repeats nor leaves out others while some change their state, and new ones come", () =>
      Effect.gen(function* () {
        yield* savePage({ rows: many })
        for (const filter of [{}, { tenant: "acmé" }, { partnerUserIdType: "ID" }, { state: "requested" }] as const) {
          const [moving, added] = [new Set<string>(), [] as Row[]]
          let n = 0
          const change = Effect.suspend(() => {
            const old = many.filter((_, i) => i % 11 === n % 11)
            const rows = old.map((row) => ({ ...row, state: { ...row.state, _tag: tags[n % 3] } as Row["state"] }))
            const another = rowOf("acmé", "new", "ID", "Requested", t0 + 10_000 + n++)
            for (const { id } of rows) moving.add(id)
            added.push(another)
            return savePage({ rows: [...rows, another] })
          })
          const before = yield* listAll(filter, 1000)
          const seen = idsOf(yield* listAll(filter, 9, change))
          assert.strictEqual(new Set(seen).size, seen.length)
          const still = (id: string) => !moving.has(id) && !idsOf(added).includes(id)
          assert.deepStrictEqual(seen.filter(still), idsOf(before).filter(still))
        }
      })
    )
  })

  layer(makeLayer(), { excludeTestServices: true })(`Stats: ${name}`, (it) => {
    const now = t0 + 3 * day
    const issued = (at: number, verdictAfter?: number, tenant = "acmé", requestedAt = at): Row =>
      rowOf(tenant, "user", "ID", "Issued", requestedAt, {
        outcome: { kind: "issued", at, ...(verdictAfter === undefined ? {} : { verdictAfter }) }
      })

    it.effect("are zero for each state where nothing is", () =>
      Effect.gen(function* () {
        const stats = yield* RegistrationList.use((list) => list.stats(now))
        assert.deepStrictEqual(Object.keys(stats.byState).sort(), Object.values(stateNames).sort())
        assert.deepStrictEqual(new Set(Object.values(stats.byState)), new Set([0]))
        assert.deepStrictEqual(stats.last24h, { requested: 0, issued: 0, rejected: 0, failed: 0 })
        assert.notProperty(stats, "timeToVerdict")
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("count all there are by state, and what the last 24 hours brought, of one tenant or of all", () =>
      Effect.gen(function* () {
        const { stats } = yield* RegistrationList
        const late: Row = rowOf("acmé", "u", "ID", "Failed", t0, { outcome: { kind: "failed", at: now - day } })
        const rejected: Row = rowOf("acmé", "u", "ID", "Rejected", t0, {
          outcome: { kind: "rejected", at: now - 5, verdictAfter: 2000 }
        })
        const seconds = Array.from({ length: 18 }, (_, i) => issued(now - i, (i + 3) * 1000))
        yield* savePage({ rows: [late, rejected, issued(now - day - 1, 9_000_000), issued(now, 1000), ...seconds] })
        yield* savePage({
          rows: [issued(now, 500_000, "other", now - day), rowOf("other", "u", "ID", "Requested", t0)]
        })
        const acme = yield* stats(now, "acmé")
        assert.deepInclude(acme.byState, { issued: 20, rejected: 1, failed: 1, requested: 0 })
        assert.deepStrictEqual(acme.last24h, { requested: 19, issued: 19, rejected: 1, failed: 1 })
        assert.deepStrictEqual(acme.timeToVerdict, { p50: 10, p95: 19 })
        const other = yield* stats(now, "other")
        assert.deepStrictEqual(other.last24h, { requested: 1, issued: 1, rejected: 0, failed: 0 })
        assert.deepStrictEqual(other.timeToVerdict, { p50: 500, p95: 500 })
        const all = yield* stats(now)
        assert.deepInclude(all.byState, { issued: 21, requested: 1 })
        assert.deepStrictEqual(all.last24h, { requested: 20, issued: 20, rejected: 1, failed: 1 })
        assert.deepStrictEqual(all.timeToVerdict, { p50: 11, p95: 20 })
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("follow a registration from state to state, and are zero again after a reset", () =>
      Effect.gen(function* () {
        const [{ stats }, views] = [yield* RegistrationList, yield* Views]
        const row = rowOf("acmé", "u", "ID", "Requested", now)
        const counted = Effect.map(stats(now, "acmé"), ({ byState, last24h }) => [
          byState.requested,
          byState.failed,
          byState.issued,
          last24h.failed,
          last24h.issued
        ])
        yield* savePage({ rows: [row] })
        assert.deepStrictEqual(yield* counted, [1, 0, 0, 0, 0])
        const ended = { ...row, state: { ...row.state, _tag: "Failed" }, outcome: { kind: "failed", at: now } } as Row
        yield* savePage({ rows: [ended] })
        yield* savePage({ rows: [ended] })
        assert.deepStrictEqual(yield* counted, [0, 1, 0, 1, 0])
        yield* savePage({ rows: [{ ...ended, outcome: { kind: "issued", at: now } }] })
        assert.deepStrictEqual(yield* counted, [0, 1, 0, 0, 1])
        yield* views.reset
        assert.deepStrictEqual(yield* counted, [0, 0, 0, 0, 0])
        yield* savePage({ rows: [row] })
        assert.deepStrictEqual(yield* counted, [1, 0, 0, 0, 0])
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )
  })
}
