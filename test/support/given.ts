import { Result } from "effect"
import { expect } from "vitest"
import type { RegistrationCommand } from "../../src/domain/registration/commands.ts"
import { decide } from "../../src/domain/registration/decide.ts"
import type { RegistrationEvent } from "../../src/domain/registration/events.ts"
import { evolve } from "../../src/domain/registration/evolve.ts"
import type { Refusal } from "../../src/domain/registration/refusals.ts"
import { type Instant, initial, type State } from "../../src/domain/registration/registration.ts"

/** When the first event of a history is recorded; each further one a second later. */
export const start = Date.parse("2026-11-25T10:00:00.000Z")
export const second = 1000

/** The state that events make of another, the first of them recorded at `at`. */
export const foldOn = (state: State, events: ReadonlyArray<RegistrationEvent>, at: Instant): State =>
  events.reduce((before, event, i) => evolve(before, event, at + i * second), state)

export const fold = (history: ReadonlyArray<RegistrationEvent>): State => foldOn(initial, history, start)

/** given(…events).when(command).thenAdds(…events); whatever it adds, the same command once more adds nothing. */
export const given = (...history: ReadonlyArray<RegistrationEvent>) => ({
  when: (command: RegistrationCommand) => {
    const state = fold(history)
    const decision = decide(command, state)
    const adds = (events: ReadonlyArray<RegistrationEvent>) => {
      expect(decision).toEqual(Result.succeed(events))
      const again = decide(command, foldOn(state, events, start + history.length * second))
      expect(
        Result.getOrElse(again, () => []),
        "the second time"
      ).toEqual([])
    }
    return {
      thenAdds: (...events: ReadonlyArray<RegistrationEvent>) => adds(events),
      thenNothing: () => adds([]),
      thenRefused: (tag: Refusal["_tag"], more: object = {}) =>
        expect(decision).toEqual(Result.fail({ _tag: tag, ...more }))
    }
  }
})
