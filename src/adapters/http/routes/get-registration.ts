import { Effect } from "effect"
import type { FastifyRequest } from "fastify"
import type { Caller } from "../../../application/caller.ts"
import type { Change } from "../../../application/changes.ts"
import { Settings } from "../../../application/settings.ts"
import { awaitRegistration, isForCaller } from "../../../application/use-cases/await-registration.ts"
import { findRegistration } from "../../../application/use-cases/find-registration.ts"
import { isEnded } from "../../../domain/registration/registration.ts"
import { notModified, registrationAnswer } from "../answer/answer.ts"
import { withKey } from "../answer/with-key.ts"
import { HttpSettings } from "../http-settings.ts"
import { authorize } from "../request/authorize.ts"
import { namesRevision } from "../request/entity-tag.ts"
import { queryOf, readWait, registrationIdOf } from "../request/parameters.ts"

/** `GET /v1/registrations/:id` (contract/service-api §2). */
export const getRegistration = Effect.fnUntraced(function* (request: FastifyRequest) {
  const caller = yield* authorize(request, "registrations:read")
  const query = yield* queryOf(request, "wait")
  const millis = yield* Effect.fromResult(readWait(query.wait))
  const id = yield* registrationIdOf(request)
  const known = request.headers["if-none-match"]
  const found = millis === 0 ? yield* findRegistration(id, caller) : yield* hold(id, caller, millis, known)
  const shown = yield* withKey(found)
  // Neither a receipt nor that a key is missing makes a new revision.
  const isKeyNews = found.state.erased || shown.key?._tag === "Missing"
  if (namesRevision(known, found.revision) && !isKeyNews) return notModified(found)
  const { uploadWindow } = yield* Settings
  return registrationAnswer(shown, uploadWindow)
})

/** Waits until there is something for the caller, or until the registration is not what he knows any more. */
const hold = Effect.fnUntraced(function* (id: string, caller: Caller, millis: number, known: string | undefined) {
  const { stopping } = yield* HttpSettings
  const isNews = ({ state, revision }: Change) => isEnded(state) || !namesRevision(known, revision)
  return yield* Effect.raceFirst(
    awaitRegistration(id, caller, millis, known ? isNews : isForCaller),
    Effect.andThen(stopping, findRegistration(id, caller))
  )
})
