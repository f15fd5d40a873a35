import { Effect } from "effect"
import { type Condition, type Dependency, Health } from "./health.ts"
import { PublisherState } from "./publishing/publisher-state.ts"

/** How the things that we depend on were when they were last used. */
export const conditionsNow = Effect.gen(function* () {
  const { conditions, failingWorks } = yield* Health
  const { condition } = (yield* PublisherState).status()
  // Of an outage of its own the publisher's state says nothing.
  const fails = failingWorks().some(({ work }) => work === "publish")
  const now: Readonly<Record<Dependency, Condition>> = {
    ...conditions(),
    kafka: condition === "up" && fails ? "down" : condition
  }
  return now
})
