import { Effect } from "effect"
import { urlsCallOf } from "../../domain/registration/registration.ts"
import { registrationId } from "../history/ids.ts"
import { load } from "../history/load.ts"
import { Settings } from "../settings.ts"
import type { DueStep } from "./stepped.ts"
import { ownerGoneAt } from "./transmissions.ts"
import { UrlCalls } from "./url-calls.ts"

/**
 * Milliseconds until no URL call of the user's earlier attempts can take effect any more. The submission that it opened would be his latest,
 * and hide the verdict on this attempt's for ever.
 */
export const millisOfEarlierUrlCalls = Effect.fnUntraced(function* ({ state: { request, submissions } }: DueStep) {
  if (submissions > 0) return 0
  const { owner, esignTimeout } = yield* Settings
  const calls = yield* UrlCalls
  const moment = performance.now()
  for (let attempt = request.attempt - 1; attempt > 0; attempt--) {
    const id = registrationId(request.partnerUserIdType, request.partnerUserId, attempt)
    const { state } = yield* load(id)
    const claim = urlsCallOf(state)
    const last = claim && claim.owner !== owner ? ownerGoneAt : calls.lastTransmission(id, moment)
    const left = last === undefined ? 0 : last + 3 * esignTimeout - moment
    if (left > 0) return left
    // It waited for those before it.
    if (claim || (state._tag !== "Initial" && state.submissions > 0)) return 0
  }
  return 0
})
