import { Context, Effect, Fiber, Layer, Option } from "effect"
import { logStream } from "./history/ids.ts"
import { EventStore, type EventStoreUnavailable, type Position } from "./ports/event-store.ts"
import { withinPatience } from "./within-patience.ts"

type Failed = Pick<EventStoreUnavailable, "code">
const timeout: Failed = { code: "timeout" }

/**
 * Finds out whether the event store can be read and written. What is under way is not begun again: whoever asks meanwhile is answered with
 * it. It goes on when nobody waits for it any more, and then tells nobody.
 */
export class StoreCheck extends Context.Service<
  StoreCheck,
  {
    /** The end of the log, as far as it could be found out. Fails soon with `timeout` while the store does not answer. */
    readonly check: Effect.Effect<Option.Option<Position>, Failed>
  }
>()("certreg/application/StoreCheck") {
  static readonly layer = Layer.effect(
    StoreCheck,
    Effect.gen(function* () {
      const store = yield* EventStore
      const scope = yield* Effect.scope
      const probe = Effect.suspend(() => store.read(logStream)).pipe(
        Effect.andThen(store.probe),
        Effect.andThen(Effect.suspend(() => Effect.option(store.positionBefore(0))))
      )
      let last: Fiber.Fiber<Option.Option<Position>, EventStoreUnavailable> | undefined
      const begin = Effect.map(Effect.forkIn(probe, scope), (fiber) => {
        last = fiber
        return fiber
      })
      const answerOf = (fiber: NonNullable<typeof last>) =>
        Effect.flatMap(
          withinPatience(Fiber.join(fiber)),
          Option.match({
            // It may have been answered at this very moment: others have heard that.
            onNone: () => fiber.pollUnsafe() ?? Effect.fail(timeout),
            onSome: Effect.succeed
          })
        )
      const check = Effect.suspend(() =>
        Effect.flatMap(last && !last.pollUnsafe() ? Effect.succeed(last) : begin, answerOf)
      )
      return { check }
    })
  )
}
