import { Clock, Effect } from "effect"
import { isEnded } from "../../domain/registration/registration.ts"
import type { Caller } from "../caller.ts"
import { type Change, Changes } from "../changes.ts"
import type { Loaded } from "../history/loaded.ts"
import { findRegistration } from "./find-registration.ts"

/** Milliseconds after which who waits looks by himself: the change may have happened in another process. */
const lookAgain = 2000

/** Holds until `until` is true of the registration, at most for `millis`; answers it as it is then. */
export const awaitRegistration = Effect.fnUntraced(function* (
  id: string,
  caller: Caller,
  millis: number,
  until: (registration: Change & Pick<Loaded, "unreadable">) => boolean
) {
  const { listen } = yield* Changes
  const end = (yield* Clock.currentTimeMillis) + millis
  while (true) {
    // Listening begins before the registration is read, so that no change falls between.
    const change = listen(id, until)
    const found = yield* findRegistration(id, caller).pipe(Effect.onError(() => Effect.sync(change.stop)))
    const left = end - (yield* Clock.currentTimeMillis)
    if (until(found) || left <= 0) {
      change.stop()
      return found
    }
    yield* change.wait(Math.min(left, lookAgain))
  }
})

/** There is something for the caller: an end, or URLs to upload to. */
export const isForCaller = ({ state }: Change): boolean => isEnded(state) || state._tag === "AwaitingImages"
