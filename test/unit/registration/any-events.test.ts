import { describe, it } from "@effect/vitest"
import { Arbitrary, Result } from "effect"
import { expect } from "vitest"
import { decodeEvent, encodeEvent } from "../../../src/domain/registration/event-codec.ts"
import { RegistrationEvent } from "../../../src/domain/registration/events.ts"
import { evolve } from "../../../src/domain/registration/evolve.ts"
import { nextStep } from "../../../src/domain/registration/next-step.ts"
import { initial, isEnded, isSettled, type State } from "../../../src/domain/registration/registration.ts"
import { second, start } from "../../support/given.ts"
import { requested } from "../../support/registration-events.ts"

const event = Arbitrary.schema(RegistrationEvent)
const history = Arbitrary.array(event, { maxLength: 60 })

const throughJson = <A>(value: A): A => JSON.parse(JSON.stringify(value))

describe("events that no decision made", () => {
  it.prop(
    "fold without throwing, and an end stays the end",
    [history],
    ([events]) => {
      let state: State = initial
      for (const [i, event] of [requested, ...events].entries()) {
        const after = evolve(state, event, start + i * second)
        if (isEnded(state)) expect(after._tag).toBe(state._tag)
        if (isSettled(state)) expect(isSettled(after)).toBe(true)
        nextStep(after, start, { uploadWindow: 1000, verdictPollAfter: 1000 })
        state = after
      }
    },
    { arbitrary: { runs: 200, size: 60 } }
  )

  it.prop(
    "come back from the log as they were",
    [event],
    ([event]) => {
      const stored = throughJson(encodeEvent(event))
      // JSON knows no −0.
      expect(decodeEvent(stored, { stream: "s", revision: 0, recordedAt: new Date(start).toISOString() })).toEqual(
        Result.succeed(throughJson(event))
      )
      expect(stored.data).not.toHaveProperty("_tag")
    },
    { arbitrary: { runs: 400 } }
  )
})
