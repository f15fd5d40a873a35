import { assert, describe, it } from "@effect/vitest"
import { Effect, type Layer, Redacted } from "effect"
import { ApiClients } from "../../src/application/ports/api-clients.ts"
import { ClientRegistry } from "../../src/application/ports/client-registry.ts"
import { eventually } from "../support/eventually.ts"

/** New clients, of whom there are none yet. */
export type ClientsUnderTest = {
  /** Each time it is built, the same clients as another process sees them. */
  readonly layer: Layer.Layer<ClientRegistry | ApiClients>
  /** All that is kept of them. */
  readonly contents: () => string
}

export const acme = { id: "acme", tenant: "sales", scopes: ["registrations:write", "events:read"] } as const
export const gamma = { id: "gamma_2.x-y", tenant: "gamma_2.x-y", scopes: ["audit:read"] } as const

const refusalOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), ({ _tag }) => _tag)
const waitFor = (what: string, holds: () => boolean) => Effect.promise(() => eventually(what, holds))

/** What everything does that keeps the API clients: who changes them and who recognises them are two processes. */
export const clientRegistryContract = (name: string, make: () => ClientsUnderTest) => {
  const test = (what: string, work: (tested: ClientsUnderTest) => Effect.Effect<void, unknown, Here>) =>
    it.live(what, () => {
      const tested = make()
      return Effect.provide(work(tested), tested.layer)
    })
  type Here = ClientRegistry | ApiClients

  describe(`ClientRegistry: ${name}`, () => {
    test("lists clients as they were added", () =>
      Effect.gen(function* () {
        const registry = yield* ClientRegistry
        assert.deepStrictEqual(yield* registry.list, [])
        yield* registry.add(acme)
        yield* registry.add(gamma)
        const added = [acme, gamma].map((client) => ({ ...client, isRotating: false }))
        assert.deepStrictEqual(yield* registry.list, added)
      }))

    test("gives each client a key of its own that names it, and keeps no key", ({ contents }) =>
      Effect.gen(function* () {
        const registry = yield* ClientRegistry
        const keys = [yield* registry.add(acme), yield* registry.add(gamma), yield* registry.rotate("acme")]
        for (const [i, key] of keys.map(Redacted.value).entries()) {
          assert.match(key, i === 1 ? /^crk_gamma_2\.x-y_[\w-]{43}$/ : /^crk_acme_[\w-]{43}$/)
          assert.notInclude(contents(), key.slice(-43))
        }
        assert.strictEqual(new Set(keys.map(Redacted.value)).size, 3)
      }))

    test("refuses a known id and an unknown one, and changes nothing", ({ contents }) =>
      Effect.gen(function* () {
        const registry = yield* ClientRegistry
        yield* registry.add(acme)
        const before = contents()
        assert.strictEqual(yield* refusalOf(registry.add({ ...gamma, id: "acme" })), "ClientExists")
        for (const change of [registry.remove, registry.rotate, registry.finishRotation])
          assert.strictEqual(
            yield* refusalOf<unknown, { readonly _tag: string }, never>(change("nobody")),
            "NoSuchClient"
          )
        assert.strictEqual(contents(), before)
      }))

    test("rotates a key in two steps", () =>
      Effect.gen(function* () {
        const registry = yield* ClientRegistry
        yield* registry.add(acme)
        assert.strictEqual(yield* refusalOf(registry.finishRotation("acme")), "RotationMismatch")
        yield* registry.rotate("acme")
        assert.deepStrictEqual(yield* registry.list, [{ ...acme, isRotating: true }])
        assert.strictEqual(yield* refusalOf(registry.rotate("acme")), "RotationMismatch")
        yield* registry.finishRotation("acme")
        assert.deepStrictEqual(yield* registry.list, [{ ...acme, isRotating: false }])
      }))

    test("loses nothing when several change it at once", ({ layer }) =>
      Effect.gen(function* () {
        const ids = Array.from({ length: 20 }, (_, n) => `client-${n}`)
        const add = (id: string) =>
          ClientRegistry.use((registry) => registry.add({ ...acme, id })).pipe(Effect.provide(layer, { local: true }))
        yield* Effect.forEach(ids, add, { concurrency: "unbounded", discard: true })
        const registry = yield* ClientRegistry
        assert.sameMembers(
          (yield* registry.list).map(({ id }) => id),
          ids
        )
      }))
  })

  describe(`ApiClients: ${name}`, () => {
    test("knows the key of a client, and nothing that is almost one", ({ layer }) =>
      Effect.gen(function* () {
        const registry = yield* ClientRegistry
        const [key, otherKey] = [Redacted.value(yield* registry.add(acme)), Redacted.value(yield* registry.add(gamma))]
        // A process that starts now knows them from its first request on.
        const { authenticate } = yield* Effect.provide(ApiClients, layer, { local: true })
        assert.deepStrictEqual(authenticate(Redacted.make(key)), acme)
        assert.deepStrictEqual(authenticate(Redacted.make(otherKey)), gamma)
        const wrong = [
          "",
          "crk_",
          key.slice(0, -1),
          `${key}A`,
          key.replace("acme", "nobody"),
          key.replace("acme", "gamma_2.x-y"),
          key.replace("crk", "CRK"),
          `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`,
          otherKey.replace("gamma_2.x-y", "gamma")
        ]
        for (const one of wrong) assert.isUndefined(authenticate(Redacted.make(one)), one)
      }))

    test("takes a new client and lets go of a removed one", () =>
      Effect.gen(function* () {
        const [registry, { authenticate }] = [yield* ClientRegistry, yield* ApiClients]
        const key = yield* registry.add(acme)
        yield* waitFor("a new client", () => authenticate(key) !== undefined)
        const other = yield* registry.add(gamma)
        yield* waitFor("another client", () => authenticate(other) !== undefined)
        yield* registry.remove("acme")
        yield* waitFor("a client to be gone", () => authenticate(key) === undefined)
        assert.deepStrictEqual(authenticate(other), gamma)
        const again = yield* registry.add(acme)
        yield* waitFor("the client under its new key", () => authenticate(again) !== undefined)
        assert.isUndefined(authenticate(key))
      }))

    test("takes both keys until a rotation is finished", () =>
      Effect.gen(function* () {
        const [registry, { authenticate }] = [yield* ClientRegistry, yield* ApiClients]
        const old = yield* registry.add(acme)
        const next = yield* registry.rotate("acme")
        yield* waitFor("the new key", () => authenticate(next) !== undefined)
        assert.deepStrictEqual(authenticate(old), acme)
        yield* registry.finishRotation("acme")
        yield* waitFor("the old key to be gone", () => authenticate(old) === undefined)
        assert.deepStrictEqual(authenticate(next), acme)
      }))
  })
}
