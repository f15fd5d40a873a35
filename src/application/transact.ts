import { Clock, Effect } from "effect"
import type { RegistrationCommand } from "../domain/registration/commands.ts"
import { decide } from "../domain/registration/decide.ts"
import { encodeEvent } from "../domain/registration/event-codec.ts"
import { evolve } from "../domain/registration/evolve.ts"
import type { State } from "../domain/registration/registration.ts"
import { chain } from "./chain.ts"
import { Changes } from "./changes.ts"
import { newId, streamOf } from "./ids.ts"
import { load } from "./load.ts"
import { type Actor, EventStore, type NewEvent, type Tip } from "./ports/event-store.ts"

/** Who gives the command; the correlation of a registration is set by its first event. */
export type By = { readonly actor: Actor; readonly correlationId?: string }

type Transacted = { readonly state: State; readonly revision: number }

/**
 * The only way in: reads the stream, decides, makes the final bytes, appends if the stream still is as it was read. A lost race is decided
 * again on fresh state, a bounded number of times; an append whose outcome is unknown is repeated to the letter.
 */
export const transact = Effect.fnUntraced(
  function* (registration: string, command: RegistrationCommand, by: By) {
    const { events: history, state, tip, unreadable } = yield* load(registration)
    if (unreadable) return yield* Effect.fail(unreadable)
    const decided = yield* Effect.fromResult(decide(command, state))
    if (decided.length === 0) return { state, revision: revisionOf(tip) }
    const events = chain(
      streamOf(registration),
      tip,
      decided.map(encodeEvent),
      originOf(by, history[0], tip),
      yield* Clock.currentTimeMillis
    )
    yield* append(tip, events)
    const { publish } = yield* Changes
    publish(registration)
    return decided.reduce(
      (now, event, i) => ({
        state: evolve(now.state, event, timeOf(events[i])),
        revision: events[i]?.revision ?? now.revision
      }),
      { state, revision: revisionOf(tip) }
    )
  },
  Effect.retry({ times: 8, while: (error: { readonly _tag: string }) => error._tag === "RevisionConflict" })
)

const revisionOf = (tip: Tip): number => (tip._tag === "At" ? tip.revision : -1)
const timeOf = (event: NewEvent | undefined): number => Date.parse(event?.recordedAt ?? "")

const originOf = ({ actor, correlationId }: By, first: { readonly correlationId: string } | undefined, tip: Tip) => ({
  actor,
  correlationId: first?.correlationId ?? correlationId ?? newId(),
  // What the service does by itself, or on the platform's word, has the event that it last read as its cause.
  ...(tip._tag === "At" && (actor.kind === "process" || actor.kind === "platform") ? { causationId: tip.id } : {})
})

const append = (tip: Tip, events: ReadonlyArray<NewEvent>) =>
  EventStore.use((store) => store.append(events[0]?.stream ?? "", tip, events)).pipe(
    Effect.retry({ times: 3, while: (error) => error._tag === "EventStoreUnavailable" && error.stored === "unknown" })
  )
