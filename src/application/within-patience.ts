import { Effect, Option } from "effect"

/** Milliseconds that whoever looks at us from outside waits for something that may never answer. He himself gives up after a few seconds. */
const patience = 2000
/** While this thread stands still nobody can answer: that is one slice at most. */
const slice = 100

const outOfPatience = Effect.sleep(slice).pipe(Effect.repeat({ times: patience / slice - 1 }), Effect.as(Option.none()))

/** What it answers, unless that takes too long: then it is broken off. */
export const withinPatience = <A, E, R>(asking: Effect.Effect<A, E, R>): Effect.Effect<Option.Option<A>, E, R> =>
  Effect.raceFirst(Effect.asSome(asking), outOfPatience)
