import { Effect } from "effect"
import { Health } from "../health.ts"
import { Log } from "../ports/log.ts"
import { type Halt, haltWords } from "./halt.ts"
import { PublisherState } from "./publisher-state.ts"
import { adviceOn } from "./standing-words.ts"

/** Before the topic was looked at. */
const beginning = "connecting"

export type Tell = Effect.Success<typeof makeTell>

/** Keeps the state, and logs what changes in it. */
export const makeTell = Effect.gen(function* () {
  const state = yield* PublisherState
  const { works } = yield* Health
  const { info, warn, error } = yield* Log

  const down = (code: string, halt?: Halt): void => {
    const before = state.down(code, halt)
    const wasDown = before.condition === "down" && before.code !== beginning
    const wasHalted = before.condition === "down" && before.halted?._tag === halt?._tag
    if (halt && !wasHalted) error("publishing_halted", { code, detail: haltWords(halt) })
    const detail = adviceOn(code)
    if (!halt && !wasDown) warn("publishing_down", { code, ...(detail && { detail }) })
  }
  return {
    begin: () => {
      if (state.standing().condition === "off") state.down(beginning)
    },
    down,
    halted: (halt: Halt) => down(halt._tag, halt),
    up: () => {
      const before = state.up()
      works("publish")
      if (before.condition === "down") info("publishing_up", { millis: Math.round(performance.now() - before.since) })
    }
  }
})
