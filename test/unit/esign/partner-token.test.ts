import { Effect, Exit } from "effect"
import { assert, describe, it } from "vitest"
import { makePartnerToken } from "../../../src/adapters/esign/partner-token.ts"
import { PlatformUnavailable } from "../../../src/application/ports/esign-platform.ts"
import { soon } from "../../support/simulator-partner.ts"

const second = 1000
const minute = 60 * second
const outage = Exit.fail(new PlatformUnavailable({ operation: "token", effect: "none", code: "http_500" }))

/** Tokens named token-1, token-2 and so on, on a clock that the test turns. */
const given = (lifetime: number) => {
  const world = { at: 0, fetches: 0, broken: false, wait: undefined as Promise<void> | undefined }
  const fetch = Effect.suspend(() => {
    const token = `token-${++world.fetches}`
    const answer = Effect.suspend(() => (world.broken ? outage : Effect.succeed({ token, lifetime })))
    const { wait } = world
    return wait
      ? Effect.andThen(
          Effect.promise(() => wait),
          answer
        )
      : answer
  })
  const token = makePartnerToken(fetch, () => world.at)
  return {
    world,
    current: () => Effect.runPromise(token.current),
    insteadOf: (rejected: string) => Effect.runPromise(token.insteadOf(rejected)),
    token,
    fetches: (count: number) => soon(() => assert.strictEqual(world.fetches, count))
  }
}

describe("the partner token", () => {
  it("is kept while more than five minutes of it remain", async () => {
    const { world, current } = given(30 * minute)
    assert.strictEqual(await current(), "token-1")
    world.at = 25 * minute - 1
    assert.strictEqual(await current(), "token-1")
    assert.strictEqual(world.fetches, 1)
  })

  it("is renewed aside when under five minutes remain, and nobody waits", async () => {
    const { world, current, fetches } = given(30 * minute)
    await current()
    world.at = 25 * minute
    assert.strictEqual(await current(), "token-1")
    await fetches(2)
    await soon(async () => assert.strictEqual(await current(), "token-2"))
    assert.strictEqual(world.fetches, 2)
  })

  it("stays good until its end when it cannot be renewed, and is asked for now and then", async () => {
    const { world, current, fetches } = given(30 * minute)
    await current()
    world.broken = true
    world.at = 26 * minute
    for (let i = 0; i < 50; i++) assert.strictEqual(await current(), "token-1")
    await fetches(2)
    world.at += 6 * second
    assert.strictEqual(await current(), "token-1")
    await fetches(3)
    world.at = 30 * minute
    const error = await current().then(
      () => undefined,
      (failure) => failure
    )
    assert.include(error, { _tag: "PlatformUnavailable", operation: "token" })
    world.broken = false
    assert.strictEqual(await current(), "token-5")
  })

  it.each([2 * second, 4 * minute])(
    "that lives %i ms is not fetched per call, and renewed in its last sixth",
    async (lifetime) => {
      const { world, current, fetches } = given(lifetime)
      await current()
      world.at = (lifetime * 5) / 6 - 1
      await current()
      assert.strictEqual(world.fetches, 1)
      world.at += 1
      await current()
      await fetches(2)
    }
  )

  it("that is over is waited for", async () => {
    const { world, current } = given(2 * second)
    await current()
    world.at = 2 * second
    assert.strictEqual(await current(), "token-2")
  })

  it("that lives no time at all still serves who waits for it", async () => {
    const { current } = given(0)
    assert.deepStrictEqual([await current(), await current()], ["token-1", "token-2"])
  })

  it("is fetched once for all who wait", async () => {
    const { world, current } = given(minute)
    const tokens = await Promise.all(Array.from({ length: 100 }, current))
    assert.deepStrictEqual([...new Set(tokens)], ["token-1"])
    assert.strictEqual(world.fetches, 1)
  })

  it("is replaced once, however many calls it was turned away in", async () => {
    const { world, current, insteadOf } = given(minute)
    await current()
    const tokens = await Promise.all(Array.from({ length: 100 }, () => insteadOf("token-1")))
    assert.deepStrictEqual([...new Set(tokens)], ["token-2"])
    assert.strictEqual(await insteadOf("token-1"), "token-2")
    assert.strictEqual(world.fetches, 2)
  })

  it("that failed to come is fetched again by the next call", async () => {
    const { world, current } = given(minute)
    world.broken = true
    await Promise.allSettled([current(), current()])
    assert.strictEqual(world.fetches, 1)
    world.broken = false
    assert.strictEqual(await current(), "token-2")
  })

  it("still comes for the others when one who waits is interrupted", async () => {
    const { world, current, token } = given(minute)
    const { promise, resolve } = Promise.withResolvers<void>()
    world.wait = promise
    const fiber = Effect.runFork(token.current)
    const other = current()
    fiber.interruptUnsafe()
    resolve()
    assert.strictEqual(await other, "token-1")
    assert.strictEqual(world.fetches, 1)
  })
})
