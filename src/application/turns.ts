import { Context, Effect, Layer, Option } from "effect"

/** One at a time for each key, in the order of asking. */
export class Turns extends Context.Service<
  Turns,
  {
    /** Does `work` when it is its turn; `None` when that did not come within `patience` milliseconds. */
    readonly take: <A, E, R>(
      key: string,
      patience: number,
      work: Effect.Effect<A, E, R>
    ) => Effect.Effect<Option.Option<A>, E, R>
  }
>()("certreg/application/Turns") {
  static readonly layer = Layer.sync(Turns, () => {
    const lines = new Map<string, Array<() => void>>()

    const leave = (key: string) => {
      const next = lines.get(key)?.shift()
      if (next) next()
      else lines.delete(key)
    }

    const enter = (key: string) =>
      Effect.callback<void>((resume) => {
        const mine = () => resume(Effect.void)
        const line = lines.get(key)
        if (line) line.push(mine)
        else {
          lines.set(key, [])
          mine()
        }
        return Effect.sync(() => {
          const waiting = lines.get(key)
          const at = waiting?.indexOf(mine) ?? -1
          // Gone from the line: the turn was given just now, and is given on.
          if (at < 0) leave(key)
          else waiting?.splice(at, 1)
        })
      })

    const take = <A, E, R>(key: string, patience: number, work: Effect.Effect<A, E, R>) =>
      Effect.uninterruptibleMask((restore) =>
        restore(Effect.timeoutOption(enter(key), patience)).pipe(
          Effect.flatMap(
            Option.match({
              onNone: () => Effect.succeed(Option.none<A>()),
              onSome: () =>
                Effect.ensuring(
                  Effect.asSome(restore(work)),
                  Effect.sync(() => leave(key))
                )
            })
          )
        )
      )

    return Turns.of({ take })
  })
}
