import { Clock, Effect } from "effect"
import { type Claim, isEnded, type State } from "../../domain/registration/registration.ts"
import { load } from "../history/load.ts"
import { Superseded } from "../ports/esign-platform.ts"
import { Settings } from "../settings.ts"

/**
 * Looked at right before each transmission of a claimed call. The first one of a claim that was appended just now goes out on it, unless
 * more than half of a call's time passed since (by wall or monotonic clock); each other one reads the stream again: when the registration
 * ended, was erased, or the claim is somebody else's by now, nothing leaves us.
 */
export const mayTransmit = Effect.fnUntraced(function* (
  id: string,
  claimOf: (state: State) => Claim | undefined,
  claim: Claim | undefined,
  isNew: boolean
) {
  const { owner, esignTimeout } = yield* Settings
  const services = yield* Effect.context<Effect.Services<ReturnType<typeof load>>>()
  const readAt = performance.now()
  let isFirst = isNew

  const stillOurs = load(id).pipe(
    Effect.filterOrFail(
      ({ state, unreadable }) => {
        const now = claimOf(state)
        return (
          !unreadable &&
          !isEnded(state) &&
          state._tag !== "Initial" &&
          !state.erased &&
          now?.owner === owner &&
          now.try === claim?.try
        )
      },
      () => new Superseded()
    ),
    Effect.mapError(() => new Superseded()),
    Effect.provideContext(services),
    Effect.asVoid
  )

  return Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const half = esignTimeout / 2
    const fresh = isFirst && performance.now() - readAt < half && now - (claim?.at ?? 0) < half
    isFirst = false
    return fresh ? Effect.void : stillOurs
  })
})
