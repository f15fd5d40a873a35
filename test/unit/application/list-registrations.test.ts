import { describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Layer, Schema } from "effect"
import { expect } from "vitest"
import { Health } from "../../../src/application/health.ts"
import { EventStore, EventStoreUnavailable } from "../../../src/application/ports/event-store.ts"
import { type ListPlace, RegistrationList } from "../../../src/application/ports/registration-list.ts"
import { type Row, Views } from "../../../src/application/ports/views.ts"
import { listRegistrations } from "../../../src/application/use-cases/list-registrations.ts"
import { initial, type Registration } from "../../../src/domain/registration/registration.ts"
import { directLine } from "../../model/line.ts"
import { memoryEventStore } from "../../model/memory-event-store.ts"
import { MemoryLog } from "../../model/memory-log.ts"
import { MemoryRows, memoryViews } from "../../model/memory-views.ts"
import { foldOn, start } from "../../support/given.ts"
import { memoryRegistrationList } from "../../support/memory-registration-list.ts"
import { recordedLog } from "../../support/recorded-log.ts"
import { requested } from "../../support/registration-events.ts"

const caller = { clientId: "reader", tenant: "acme", allTenants: false }

const rowOf = (n: number, requestedAt = start, tenant = "acme"): Row => ({
  id: `00000000-0000-5000-8000-${String(n).padStart(12, "0")}`,
  revision: 0,
  state: foldOn(initial, [{ ...requested, tenant }], requestedAt) as Registration,
  reconciledIn: 0
})

/** Over rows in memory, beside an event store that cannot be reached. */
const services = (rows: ReadonlyArray<Row>) => {
  const store = memoryEventStore(new MemoryLog(), directLine)
  const down = new EventStoreUnavailable({ operation: "read", stored: "no", code: "down" })
  return Layer.mergeAll(
    Layer.succeed(RegistrationList, memoryRegistrationList(rows)),
    Layer.succeed(EventStore, { ...store, read: () => Effect.fail(down) }),
    Layer.succeed(Views, memoryViews(new MemoryRows(), directLine)),
    Health.layer,
    recordedLog().layer
  )
}

describe("a page of registrations", () => {
  const rows = [rowOf(1, start), rowOf(2, start + 1), rowOf(3, start + 2), rowOf(4, start + 3, "beta")]
  const idsOf = Effect.fnUntraced(function* (...args: Parameters<typeof listRegistrations>) {
    const { registrations, ...page } = yield* listRegistrations(...args)
    return { ids: registrations.map(({ id }) => Number(id.slice(-12))), ...page }
  })

  it.effect("says where the next one begins only when one follows", () =>
    Effect.gen(function* () {
      const next = { requestedAt: start + 1, id: rowOf(2).id }
      expect(yield* idsOf(caller, {}, 2)).toEqual({ ids: [3, 2], next })
      expect(yield* idsOf(caller, {}, 2, next)).toEqual({ ids: [1] })
      expect(yield* idsOf(caller, {}, 3)).toEqual({ ids: [3, 2, 1] })
      expect(yield* idsOf(caller, { state: "issued" }, 2)).toEqual({ ids: [] })
    }).pipe(Effect.provide(services(rows)))
  )

  it.effect("is of the caller's tenant, or of all for who sees all", () =>
    Effect.gen(function* () {
      expect(yield* idsOf({ ...caller, tenant: "beta" }, {}, 9)).toEqual({ ids: [4] })
      expect(yield* idsOf({ ...caller, tenant: "audit", allTenants: true }, {}, 9)).toEqual({ ids: [4, 3, 2, 1] })
    }).pipe(Effect.provide(services(rows)))
  )

  it.effect("names what nobody can read, also while the event store cannot be reached", () =>
    Effect.gen(function* () {
      const unreadable = { _tag: "LostEvent", stream: `registration-${rowOf(2).id}`, revision: 1 } as const
      const { park } = yield* Health
      park(unreadable)
      const { registrations } = yield* listRegistrations(caller, {}, 9)
      expect(registrations).toEqual([rows[2], { ...rows[1], unreadable }, rows[0]])
    }).pipe(Effect.provide(services(rows)))
  )
})

const int = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const numbers = (maximum: number) => Arbitrary.array(Arbitrary.schema(int(0, maximum)), { maxLength: 40 })

describe("a walk over all pages", () => {
  it.effect.prop(
    "comes by each registration that was there before once, in order, whatever is added meanwhile",
    [numbers(9), numbers(9), Arbitrary.array(Arbitrary.schema(int(1, 7)), { minLength: 1, maxLength: 40 })],
    ([before, added, limits]) => {
      // Few moments, so that many are requested at the same one; ids go up and down.
      const idOf = (n: number) => (n * 37) % 101
      const rows = before.map((moment, n) => rowOf(idOf(n), start + moment))
      const old: ReadonlySet<unknown> = new Set(rows)
      return Effect.gen(function* () {
        const seen: Array<Pick<Row, "id" | "state">> = []
        let after: ListPlace | undefined
        for (let n = 0; ; n++) {
          const { registrations, next } = yield* listRegistrations(caller, {}, limits[n % limits.length] ?? 1, after)
          seen.push(...registrations)
          if (!next) break
          expect(n, "a walk has an end").toBeLessThan(100)
          after = next
          const moment = added[n]
          if (moment !== undefined) rows.push(rowOf(idOf(50 + n), start + moment))
        }
        expect(new Set(seen).size).toBe(seen.length)
        expect(seen.filter((row) => old.has(row))).toHaveLength(old.size)
        const places = seen.map(({ id, state }) => `${state.requestedAt} ${id}`)
        expect(places).toEqual([...places].sort().reverse())
      }).pipe(Effect.provide(services(rows)))
    },
    { arbitrary: { runs: 100, size: 40 } }
  )
})
