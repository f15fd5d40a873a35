import { Effect, Result } from "effect"
import { decodeEvent, type UnreadableEvent } from "../../domain/registration/event-codec.ts"
import { evolve } from "../../domain/registration/evolve.ts"
import { initial, type State } from "../../domain/registration/registration.ts"
import { BoundedMap } from "../bounded-map.ts"
import {
  EventStore,
  type EventStoreUnavailable,
  type NewEvent,
  noStream,
  type StoredEvent,
  type Tip
} from "../ports/event-store.ts"
import { streamOf } from "./ids.ts"

/** A registration as it is at a tip of its stream. */
export type Known = {
  readonly state: State
  readonly tip: Tip
  /** Of its first event, and so of all. */
  readonly correlationId?: string
}

/** A registration as its stream tells it now. */
export type Loaded = Known & {
  readonly events: ReadonlyArray<StoredEvent>
  /** The event that this version cannot read; the state is the one before it. */
  readonly unreadable?: UnreadableEvent
}

export const fold = (state: State, events: ReadonlyArray<StoredEvent>): Pick<Loaded, "state" | "unreadable"> => {
  for (const event of events) {
    const decoded = decodeEvent(event, event)
    if (Result.isFailure(decoded)) return { state, unreadable: decoded.failure }
    state = evolve(state, decoded.success, Date.parse(event.recordedAt))
  }
  return { state }
}

/**
 * The registration as its stream tells it now; one that does not exist is `Initial`. What was read of it lately is kept: the stream is asked
 * from the last known event on, whose hash says whether it still is the same history.
 */
export const load = (registration: string): Effect.Effect<Loaded, EventStoreUnavailable, EventStore> =>
  EventStore.use((store) => {
    const recent = recentOf(store)
    const keep = (loaded: Loaded): Loaded => {
      if (isKept(loaded)) recent.set(registration, loaded)
      else recent.delete(registration)
      return loaded
    }
    const stream = streamOf(registration)
    const known = recent.get(registration)
    const whole = () => Effect.map(store.read(stream), ({ events, tip }) => keep(foldOnto(nothing, events, tip)))
    if (known?.tip._tag !== "At") return whole()
    const { revision, hash } = known.tip
    return Effect.flatMap(store.read(stream, revision), ({ events: [last, ...news], tip }) => {
      if (last?.hash !== hash) return whole()
      return Effect.succeed(news.length === 0 ? known : keep(foldOnto(known, news, tip)))
    })
  })

/** Keeps what was appended just now: who reads it next finds its end as it is known, and folds nothing again. */
export const remember = (
  store: EventStore["Service"],
  registration: string,
  before: Known,
  appended: ReadonlyArray<NewEvent>,
  after: Known
): void => {
  const recent = recentOf(store)
  const known = before.tip._tag === "NoStream" ? nothing : recent.get(registration)
  if (known === undefined || !isSame(known.tip, before.tip)) return
  const loaded = { ...after, events: [...known.events, ...appended.map(({ bytes, ...event }) => event)] }
  if (isKept(loaded)) recent.set(registration, loaded)
}

const isSame = (one: Tip, other: Tip): boolean =>
  one._tag === "At" && other._tag === "At" ? one.hash === other.hash : one._tag === other._tag

/** Registrations that are kept of a store: those that are under way at once, and not much more. They save work and decide nothing. */
const keptRegistrations = 1000
/** Of the usual size: one whose consents hold whole texts takes a thousand times the memory, and is read whole each time. */
const keptCharacters = 16 * 1024
const keptEvents = 100
const isKept = ({ state, tip, events }: Loaded): boolean =>
  tip._tag === "At" &&
  events.length <= keptEvents &&
  (state._tag === "Initial" || state.request.personal.box.length <= keptCharacters)

const recents = new WeakMap<EventStore["Service"], BoundedMap<string, Loaded>>()

const recentOf = (store: EventStore["Service"]): BoundedMap<string, Loaded> => {
  const known = recents.get(store)
  if (known) return known
  const made = new BoundedMap<string, Loaded>(keptRegistrations)
  recents.set(store, made)
  return made
}

const nothing: Loaded = { state: initial, tip: noStream, events: [] }

const foldOnto = (known: Loaded, events: ReadonlyArray<StoredEvent>, tip: Tip): Loaded => {
  const correlationId = known.correlationId ?? events[0]?.correlationId
  return {
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(known.unreadable ? { state: known.state, unreadable: known.unreadable } : fold(known.state, events)),
    events: [...known.events, ...events],
    tip
  }
}

/** -1 for a stream that does not exist. */
export const revisionOf = ({ tip }: Known): number => (tip._tag === "At" ? tip.revision : -1)

/** What a command may build on: nothing beyond an event that cannot be read. */
export const readable = <L extends Pick<Loaded, "unreadable">>(loaded: L): Effect.Effect<L, UnreadableEvent> =>
  loaded.unreadable ? Effect.fail(loaded.unreadable) : Effect.succeed(loaded)
