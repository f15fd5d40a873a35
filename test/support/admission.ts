import { PassThrough } from "node:stream"
import { makeAdmission } from "../../src/adapters/http/admission/admission.ts"
import { type Limits, tickInterval } from "../../src/adapters/http/admission/limits.ts"
import { recordedLog } from "./recorded-log.ts"

/** An admission on a clock that a test sets, in milliseconds. */
export const admissionWith = (limits: Partial<Limits> = {}) => {
  const clock = { now: 1_000_000 }
  const { lines, write } = recordedLog()
  const counted: Array<string> = []
  const admission = makeAdmission(limits, {
    log: { debug: write, info: write, warn: write, error: write },
    requestRefused: (reason) => void counted.push(reason),
    now: () => clock.now
  })
  /** A command whose body is there; answers what ends it. */
  const begin = () => {
    const raw = new PassThrough()
    const done = admission.track(raw as never)
    raw.emit("end")
    return done
  }
  const asks = (howMany: number, between = 0) =>
    Array.from({ length: howMany }, () => {
      clock.now += between
      if (admission.admit("command") !== undefined) return undefined
      return begin()
    })
  const begun = (howMany: number, between = 0) => asks(howMany, between).filter((done) => done !== undefined)
  /** The timer comes so many times, each so late. */
  const looks = (howMany: number, late: number) => {
    for (let i = 0; i < howMany; i++) {
      clock.now += tickInterval + late
      admission.tick()
    }
  }
  return { admission, clock, lines, counted, begin, begun, looks }
}
