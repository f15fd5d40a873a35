import { PassThrough } from "node:stream"
import { describe, expect, it } from "vitest"
import type { Admission } from "../../../src/adapters/http/admission/admission.ts"
import { operations } from "../../../src/adapters/http/openapi/operations.ts"
import { esignCallback } from "../../../src/adapters/http/routes/esign-callback.ts"
import { routes } from "../../../src/adapters/http/routes/routes.ts"
import { admissionWith } from "../../support/admission.ts"

describe("commands that are under way", () => {
  it("may be a few for as long as they take, on a machine that stands still", () => {
    const { begun, clock, counted } = admissionWith()
    expect(begun(256)).toHaveLength(256)
    clock.now += 60_000
    expect(begun(10)).toHaveLength(0)
    expect(counted).toEqual(Array(10).fill("commands"))
  })

  it("may be eight hundred, when they come as fast as they can be done in time", () => {
    const { begun } = admissionWith()
    expect(begun(800, 0.08)).toHaveLength(800)
  })

  it("are too many while the oldest of more than a few is not done in time, and not any more once it is", () => {
    const { admission, begin, clock } = admissionWith({ fewInBurst: 3, fewInOverload: 3, ageInBurst: 100 })
    const [first] = [begin(), begin()]
    clock.now += 100
    const third = begin()
    expect(admission.admit("command")).toBeUndefined()
    clock.now += 1
    expect([admission.admit("command"), admission.admit("upload")]).toEqual([2, 2])
    expect(admission.admit("read")).toBeUndefined()
    third()
    expect(admission.admit("command")).toBeUndefined()
    begin()
    expect(admission.admit("command")).toBe(2)
    first?.()
    begin()
    // The second is as old as the first was.
    expect(admission.admit("command")).toBe(2)
  })

  it("are given less time once there were too many, until there were not for a while", () => {
    const { admission, begin, clock } = admissionWith({
      fewInBurst: 1,
      fewInOverload: 1,
      ageInBurst: 100,
      ageInOverload: 40,
      calm: 5000
    })
    const done = begin()
    clock.now += 101
    expect(admission.admit("command")).toBe(2)
    done()
    const next = begin()
    clock.now += 41
    expect(admission.admit("command")).toBe(2)
    next()
    clock.now += 5000
    begin()
    clock.now += 100
    expect(admission.admit("command")).toBeUndefined()
  })

  it("are never more than the most, however fast they came", () => {
    const { begun } = admissionWith({ most: 5 })
    expect(begun(8)).toHaveLength(5)
    expect(begun(1)).toHaveLength(0)
  })

  it("do not count while their bodies are still to come, nor when they ended before", () => {
    const { admission, clock } = admissionWith({ most: 1 })
    const [slow, gone] = [new PassThrough(), new PassThrough()]
    const done = admission.track(slow as never)
    admission.track(gone as never)()
    gone.emit("end")
    clock.now += 15_000
    expect(admission.admit("command")).toBeUndefined()
    slow.emit("end")
    expect(admission.admit("command")).toBe(2)
    done()
    expect(admission.admit("command")).toBeUndefined()
  })
})

describe("an event loop that lags", () => {
  it("refuses whatever may be refused, until a look is in time", () => {
    const { admission, counted, looks } = admissionWith({ lateness: 200, lateTicks: 5 })
    looks(4, 201)
    expect(admission.admit("command")).toBeUndefined()
    looks(1, 201)
    const demands = ["command", "upload", "read"] as const
    expect(demands.map(admission.admit)).toEqual([2, 2, 2])
    expect(counted).toEqual(Array(3).fill("event_loop"))
    looks(1, 200)
    expect(demands.map(admission.admit)).toEqual([undefined, undefined, undefined])
  })

  it("is not one that stood still, for however long", () => {
    const { admission, looks } = admissionWith()
    for (let i = 0; i < 10; i++) {
      looks(4, 120_000)
      looks(1, 0)
      expect(admission.admit("command")).toBeUndefined()
    }
  })
})

const takenOf = ({ admitCallback }: Pick<Admission, "admitCallback">, howMany: number) =>
  Array.from({ length: howMany }, admitCallback).filter((wait) => wait === undefined).length

describe("callbacks", () => {
  it("are taken up to their number a second and a burst of twice as many, whatever commands are under way", () => {
    const { admission, begun, clock, counted } = admissionWith({ most: 1, callbacks: 100 })
    begun(1)
    const taken = () => takenOf(admission, 300)
    expect(taken()).toBe(200)
    clock.now += 1000
    expect(taken()).toBe(100)
    expect(admission.admitCallback()).toBe(1)
    expect(new Set(counted)).toEqual(new Set(["callbacks"]))
  })

  it("are all taken while they are in nobody's way", () => {
    const { admission, begin, looks } = admissionWith({ callbacks: 1, lateness: 200, lateTicks: 1 })
    expect(takenOf(admission, 5000)).toBe(5000)
    const done = begin()
    expect(takenOf(admission, 100)).toBe(0)
    done()
    expect(takenOf(admission, 100)).toBe(100)
    looks(1, 201)
    expect(takenOf(admission, 100)).toBe(0)
  })

  it("in a flood refuse no command", () => {
    const { admission, begin, begun } = admissionWith({ callbacks: 1 })
    begin()
    expect(takenOf(admission, 100)).toBe(2)
    expect(begun(63)).toHaveLength(63)
    expect(begun(500, 0.1)).toHaveLength(500)
  })
})

describe("the description of the API", () => {
  it("says of every route that may refuse that it does", () => {
    const refusing = routes.filter(({ handle, demand }) => handle === esignCallback || demand !== undefined)
    const described = Object.entries(operations).filter(([, { problems }]) => problems.includes("unavailable"))
    expect(described.map(([key]) => key).sort()).toEqual(
      refusing.flatMap(({ methods, url }) => methods.map((method) => `${method} ${url}`)).sort()
    )
  })
})
