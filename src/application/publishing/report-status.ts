import { Effect } from "effect"
import { maybe } from "../../domain/registration/maybe.ts"
import { Health } from "../health.ts"
import { Log } from "../ports/log.ts"
import type { BrokerFailure } from "../ports/message-broker.ts"
import { type Halt, haltWords } from "./halt.ts"
import { PublisherState } from "./publisher-state.ts"

/** Before the topic was looked at. */
const beginning = "connecting"

export type StatusReports = Effect.Success<typeof makeStatusReports>

/** Keeps the status, and logs what changes in it. */
export const makeStatusReports = Effect.gen(function* () {
  const { status, up, down } = yield* PublisherState
  const { works } = yield* Health
  const { info, warn, error } = yield* Log

  return {
    begin: () => {
      if (status().condition === "off") down(beginning)
    },
    down: ({ code, advice }: BrokerFailure) => {
      const before = down(code, maybe("advice", advice))
      const wasDown = before.condition === "down" && before.code !== beginning
      if (!wasDown) warn("publishing_down", { code, ...maybe("detail", advice) })
    },
    halted: (halt: Halt) => {
      const before = down(halt._tag, { halted: halt })
      const wasHalted = before.condition === "down" && before.halted?._tag === halt._tag
      if (!wasHalted) error("publishing_halted", { code: halt._tag, detail: haltWords(halt) })
    },
    up: () => {
      const before = up()
      works("publish")
      if (before.condition === "down") info("publishing_up", { millis: Math.round(performance.now() - before.since) })
    }
  }
})
