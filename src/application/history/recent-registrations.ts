import { BoundedMap } from "../bounded-map.ts"
import type { EventStore, NewEvent, Tip } from "../ports/event-store.ts"
import { type Known, type Loaded, nothing } from "./loaded.ts"

/** Registrations that are kept of a store: those that are under way at once, and not much more. They save work and decide nothing. */
const keptRegistrations = 1000
/** Of the usual size: one whose consents hold whole texts takes a thousand times the memory, and is read whole each time. */
const keptCharacters = 16 * 1024
const keptEvents = 100
const isKept = ({ state, tip, events, unreadable }: Loaded): boolean =>
  tip._tag === "At" &&
  unreadable?._tag !== "LostEvent" &&
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

/** As it was read, or appended to, lately. */
export const recall = (store: EventStore["Service"], registration: string): Loaded | undefined =>
  recentOf(store).get(registration)

/** Keeps what was read just now, instead of what was known before. */
export const keep = (store: EventStore["Service"], registration: string, loaded: Loaded): Loaded => {
  const recent = recentOf(store)
  if (isKept(loaded)) recent.set(registration, loaded)
  else recent.delete(registration)
  return loaded
}

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
