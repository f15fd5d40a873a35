import { describe, expect, it, onTestFinished, vi } from "vitest"
import { type Job, makeLane } from "../../../src/adapters/eventstoredb/lane.ts"

const givenLane = (limit: number) => {
  let now = 0
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now)
  onTestFinished(() => clock.mockRestore())
  const counts: Array<number> = []
  const said: Array<string> = []
  const lane = makeLane({ limit, patience: 1000, onChange: (count) => void counts.push(count) })
  const enter = (name: string): Job => {
    const job: Job = {
      start: () => void said.push(`${name} starts`),
      refuse: (code) => void said.push(`${name} ${code}`),
      since: performance.now()
    }
    lane.enter(job)
    return job
  }
  const news = () => said.splice(0)
  const pass = (millis: number) => {
    now += millis
  }
  return { lane, enter, news, counts, pass }
}

describe("a lane", () => {
  it("starts so many jobs at once, and the others in the order in which they came", () => {
    const { lane, enter, news, counts } = givenLane(2)
    for (const name of ["a", "b", "c", "d", "e"]) enter(name)
    expect(news()).toEqual(["a starts", "b starts"])
    expect(counts.at(-1)).toBe(5)
    lane.done()
    expect(news()).toEqual(["c starts"])
    lane.done()
    lane.done()
    expect(news()).toEqual(["d starts", "e starts"])
    lane.done()
    lane.done()
    expect(counts.at(-1)).toBe(0)
    enter("f")
    expect(news()).toEqual(["f starts"])
  })

  it("passes over who does not wait any more, and does not count them", () => {
    const { lane, enter, news, counts } = givenLane(1)
    enter("a")
    const [b, , d] = [enter("b"), enter("c"), enter("d")]
    lane.leave(b)
    lane.leave(b)
    lane.leave(d)
    expect(counts.at(-1)).toBe(2)
    lane.done()
    expect(news()).toEqual(["a starts", "c starts"])
    lane.done()
    expect([news(), counts.at(-1)]).toEqual([[], 0])
  })

  it("refuses who has waited too long", () => {
    const { lane, enter, news, pass, counts } = givenLane(1)
    enter("a")
    enter("b")
    pass(600)
    enter("c")
    pass(600)
    lane.done()
    expect(news()).toEqual(["a starts", "b overloaded", "c starts"])
    expect(counts.at(-1)).toBe(1)
  })

  it("refuses who would be one too many, and takes others again later", () => {
    const { lane, enter, news, counts } = givenLane(1)
    for (let i = 0; i < 10_002; i++) enter(String(i))
    expect(news()).toEqual(["0 starts", "10001 overloaded"])
    expect(counts.at(-1)).toBe(10_001)
    for (let i = 0; i < 10_001; i++) lane.done()
    expect(news()).toEqual(Array.from({ length: 10_000 }, (_, i) => `${i + 1} starts`))
    expect(counts.at(-1)).toBe(0)
    for (let i = 0; i < 2; i++) enter("again")
    expect([news(), counts.at(-1)]).toEqual([["again starts"], 2])
  })

  it("refuses all who wait when it is cleared, and nobody twice", () => {
    const { lane, enter, news, counts } = givenLane(1)
    for (const name of ["a", "b", "c"]) enter(name)
    lane.leave(enter("d"))
    lane.clear("closing")
    lane.clear("closing")
    expect(news()).toEqual(["a starts", "b closing", "c closing"])
    expect(counts.at(-1)).toBe(1)
    lane.done()
    expect([news(), counts.at(-1)]).toEqual([[], 0])
  })
})
