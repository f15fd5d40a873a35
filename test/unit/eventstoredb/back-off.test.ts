import { assert, describe, it } from "vitest"
import { BackOff } from "../../../src/adapters/eventstoredb/back-off.ts"

const times = <A>(count: number, run: () => A) => Array.from({ length: count }, run)
/** It follows the log for so many seconds. */
const live = (backOff: BackOff, seconds = 0) => {
  backOff.began()
  for (let i = 0; i < seconds; i++) backOff.tick(1_000)
}
const flap = (backOff: BackOff) => {
  live(backOff, 1)
  return backOff.ended()
}
const growing = [50, 100, 200, 400, 800, 1_000, 1_000]

describe("the pause before the next try", () => {
  it("grows while none has success", () => {
    const backOff = new BackOff()
    assert.deepStrictEqual(
      times(7, () => backOff.ended()),
      growing
    )
    assert.isFalse(backOff.isFlapping)
  })

  it("grows also while each begins and ends soon", () => {
    const backOff = new BackOff()
    assert.deepStrictEqual(
      times(7, () => flap(backOff)),
      growing
    )
  })

  it("is short again after one that stayed, or that brought something", () => {
    const backOff = new BackOff()
    times(7, () => flap(backOff))
    live(backOff, 10)
    assert.strictEqual(backOff.ended(), 50)
    times(7, () => flap(backOff))
    live(backOff)
    backOff.succeeded()
    assert.strictEqual(backOff.ended(), 50)
  })

  it("is short again after an outage in which nothing began", () => {
    const backOff = new BackOff()
    times(7, () => backOff.ended())
    assert.strictEqual(flap(backOff), 50)
  })
})

describe("one that ends soon", () => {
  it("is believed a few times, and then when it has stayed or brought something", () => {
    const backOff = new BackOff()
    const believed = times(5, () => {
      flap(backOff)
      return !backOff.isFlapping
    })
    assert.deepStrictEqual(believed, [true, true, false, false, false])
    live(backOff, 9)
    assert.isTrue(backOff.isFlapping)
    backOff.tick(1_000)
    assert.isFalse(backOff.isFlapping)
    times(5, () => flap(backOff))
    backOff.succeeded()
    assert.isFalse(backOff.isFlapping)
  })

  it("has not stayed while it was away", () => {
    const backOff = new BackOff()
    times(3, () => flap(backOff))
    times(20, () => backOff.tick(1_000))
    assert.isTrue(backOff.isFlapping)
  })
})
