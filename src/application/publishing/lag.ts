import { Effect, Option, Schema } from "effect"
import { Messages } from "../ports/messages.ts"
import { mostLag, PublisherState } from "./publisher-state.ts"

const timeOf = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Struct({ time: Schema.DateTimeUtcFromString })))

/** Tells the state how far publishing is behind, again and again. */
export const measureLag = Effect.fnUntraced(function* (pause: number) {
  const { count, read } = yield* Messages
  const state = yield* PublisherState
  const measure = Effect.gen(function* () {
    const position = state.position()
    const [oldest] = (yield* read(position, 1)).messages
    if (oldest === undefined) return state.measured({ messages: 0, seconds: 0 })
    const messages = yield* count(position, mostLag)
    const seconds = Option.match(timeOf(oldest.json), {
      onNone: () => 0,
      onSome: ({ time }) => Math.max(0, (Date.now() - time.epochMilliseconds) / 1000)
    })
    state.measured({ messages, seconds })
  })
  return yield* Effect.ignore(measure).pipe(Effect.andThen(Effect.sleep(pause)), Effect.forever)
})
