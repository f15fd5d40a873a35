import { Clock, Effect, Result } from "effect"
import type { RegistrationCommand } from "../domain/registration/commands.ts"
import { decide } from "../domain/registration/decide.ts"
import { encodeEvent } from "../domain/registration/event-codec.ts"
import type { RegistrationEvent } from "../domain/registration/events.ts"
import { evolve } from "../domain/registration/evolve.ts"
import type { Registration } from "../domain/registration/registration.ts"
import { appendUntilKnown } from "./append-until-known.ts"
import { type Change, Changes } from "./changes.ts"
import { countCommand } from "./count-command.ts"
import { chain } from "./history/chain.ts"
import { newId, streamOf } from "./history/ids.ts"
import { load } from "./history/load.ts"
import { type Known, readable, revisionOf } from "./history/loaded.ts"
import { remember } from "./history/recent-registrations.ts"
import { type Actor, EventStore, type NewEvent, tipOf } from "./ports/event-store.ts"

/** Who gives the command; the correlation of a registration is set by its first event. */
export type By = { readonly actor: Actor; readonly correlationId?: string }

export type Transacted = Known & Change

/**
 * The only way in: reads the stream, decides, makes the final bytes, appends if the stream still is as it was read. A lost race is decided
 * again on fresh state, a bounded number of times; an append whose outcome is unknown is repeated to the letter.
 *
 * Who read the stream just now gives it as `known`, and saves reading it again where that adds events: the append finds out whether it
 * still is so. A refusal, or nothing to add, is never decided on what may be out of date.
 */
export const transact = (registration: string, command: RegistrationCommand, by: By, known?: Known) =>
  known && adds(command, known)
    ? Effect.catchTag(decideAndAppend(registration, command, by, known), "RevisionConflict", () =>
        onFreshRead(registration, command, by)
      )
    : onFreshRead(registration, command, by)

const adds = (command: RegistrationCommand, { state }: Known): boolean => {
  const decided = decide(command, state)
  return Result.isSuccess(decided) && decided.success.length > 0
}

const onFreshRead = (registration: string, command: RegistrationCommand, by: By) =>
  load(registration).pipe(
    Effect.flatMap(readable),
    Effect.flatMap((loaded) => decideAndAppend(registration, command, by, loaded)),
    Effect.retry({ times: 8, while: (error: { readonly _tag: string }) => error._tag === "RevisionConflict" })
  )

const decideAndAppend = Effect.fnUntraced(function* (
  registration: string,
  command: RegistrationCommand,
  { actor, correlationId: given }: By,
  known: Known
) {
  const { state, tip } = known
  const decided = yield* Effect.fromResult(decide(command, state))
  if (decided.length === 0) return existing(known)
  const correlationId = known.correlationId ?? given ?? newId()
  const isReaction = actor.kind === "process" || actor.kind === "platform"
  const origin = {
    actor,
    correlationId,
    // What the service does by itself, or on the platform's word, has the event that it last read as its cause.
    ...(tip._tag === "At" && isReaction ? { causationId: tip.id } : {})
  }
  const now = yield* Clock.currentTimeMillis
  const events = chain(streamOf(registration), tip, decided.map(encodeEvent), origin, now)
  const store = yield* EventStore
  yield* appendUntilKnown(store, tip, events)
  const { publish } = yield* Changes
  const changed = after(known, decided, events, correlationId)
  remember(store, registration, known, events, changed)
  publish(registration, changed)
  return changed
}, countCommand)

const after = (
  { state, tip }: Known,
  decided: ReadonlyArray<RegistrationEvent>,
  events: ReadonlyArray<NewEvent>,
  correlationId: string
): Transacted => {
  let now = { state, tip }
  events.forEach((event, i) => {
    const made = decided[i]
    if (made) now = { state: evolve(now.state, made, Date.parse(event.recordedAt)), tip: tipOf(event) }
  })
  return existing({ ...now, correlationId })
}

/** Nothing is decided on a registration that does not exist but its request, which makes it. */
const existing = (known: Known): Transacted => ({
  ...known,
  state: known.state as Registration,
  revision: revisionOf(known)
})
