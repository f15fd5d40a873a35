import { Result } from "effect"
import { type Shown, toResource } from "../../src/adapters/http/answer/resource.ts"
import type { StoredEvent } from "../../src/application/ports/event-store.ts"
import { decodeEvent } from "../../src/domain/registration/event-codec.ts"
import { evolve } from "../../src/domain/registration/evolve.ts"
import { nextStep, type Pace, type Step } from "../../src/domain/registration/next-step.ts"
import { initial, type State } from "../../src/domain/registration/registration.ts"

/** Without what a history does not tell. */
export const comparable = ({ links: _, erasure: __, ...resource }: { readonly [name: string]: unknown }): object =>
  resource

/** What today's code makes of the events of a registration. */
export const foldHistory = (events: ReadonlyArray<StoredEvent>, pace: Pace) => {
  let state: State = initial
  const steps: Array<Step> = []
  for (const event of events) {
    const decoded = decodeEvent(event, event)
    if (Result.isFailure(decoded)) throw new Error(`revision ${event.revision} cannot be read`)
    const at = Date.parse(event.recordedAt)
    state = evolve(state, decoded.success, at)
    steps.push(nextStep(state, at, pace))
  }
  if (state._tag === "Initial") throw new Error("there is no registration")
  const id = events[0]?.stream.replace("registration-", "") ?? ""
  const shown: Shown = { id, state, revision: events.length - 1 }
  return { resource: comparable(toResource(shown, pace.uploadWindow)), steps }
}
