import { Effect } from "effect"
import { registrationOf } from "../history/ids.ts"
import { messageOf } from "../messages/message-of.ts"
import { EventStore, type Position, type RecordedEvent } from "../ports/event-store.ts"
import type { Message } from "../ports/message.ts"
import { Views } from "../ports/views.ts"
import { Differences, type FoundInPart, type What } from "./differences.ts"
import type { Step } from "./fold-twice.ts"
import { makeRegistrations } from "./registrations.ts"
import type { Replayed } from "./replay-words.ts"
import { rowsWithoutLog } from "./rows-without-log.ts"
import { makeStoredMessages } from "./stored-messages.ts"

/** Events that are read at once, and registrations whose folds are in memory. */
const usual = { page: 1000, mostOpen: 10_000 }

/** What a part of the log came to; plain data. */
export type Part = {
  readonly events: number
  readonly registrations: number
  /** How many of those that began there have a row. */
  readonly rowsMet: number
  readonly hasMessages: boolean
  readonly found: FoundInPart
}
export type Range = { readonly from: Position; readonly to: Position }
/** Told after each page: how many events there were so far, and up to where. */
export type TellPart = (events: number, position: Position) => Effect.Effect<void>

/**
 * Folds events after one position and up to another with today's code, twice, and compares what comes of them with the rows, with the messages,
 * and once with the other. The rows are those of registrations that begin there, wherever these end; they must hold up to `to` at least. Needs no
 * more memory for more events, nor for more registrations. Fails where something cannot be read.
 */
export const replayPart = Effect.fnUntraced(function* (
  { from, to }: Range,
  tell: TellPart,
  { page, mostOpen } = usual
) {
  const store = yield* EventStore
  const messages = yield* makeStoredMessages(from)
  const reach = Math.min(to, messages.reach)
  const differences = new Differences()
  const registrations = makeRegistrations(differences, mostOpen)
  const counted = { events: 0, registrations: 0 }

  const messagesOfNothing = (upTo: Position): void => {
    for (let message = messages.take(upTo); message; message = messages.take(upTo))
      differences.add({ registration: message.registrationId, what: "no_event_of_message" })
  }
  const take = (event: RecordedEvent): void => {
    counted.events++
    const { revision, position } = event
    const id = registrationOf(event.stream)
    const step = id === undefined ? undefined : registrations.take(id, event)
    if (position <= reach) {
      messagesOfNothing(position - 1)
      const message = messages.take(position)
      const registration = id ?? message?.registrationId
      const fault = messageFault(id, event, step, message)
      if (fault && registration !== undefined) differences.add({ registration, revision, what: fault })
    }
    if (id !== undefined && revision === 0) counted.registrations++
  }

  for (let position = from; position < to; ) {
    const read = yield* store.feed(position, page)
    const firsts = new Map<string, RecordedEvent>()
    for (const event of read.events) {
      const id = registrationOf(event.stream)
      if (id !== undefined && event.position <= to && !firsts.has(id) && !registrations.isKnown(id))
        firsts.set(id, event)
    }
    if (firsts.size > 0) yield* registrations.prepare(firsts)
    yield* messages.upTo(Math.min(read.upTo, reach))
    for (const event of read.events) if (event.position <= to) take(event)
    yield* registrations.forgetOldest()
    if (read.upTo <= position) break
    position = Math.min(read.upTo, to)
    yield* tell(counted.events, position)
  }
  yield* registrations.finish()
  messagesOfNothing(reach)
  const { end } = messages
  return {
    ...counted,
    rowsMet: registrations.rowsMet(),
    hasMessages: end.position > 0,
    found: differences.found()
  } satisfies Part
})

/**
 * Replays all that the rows hold, so that it may run beside a service: in the parts that `run` makes of it.
 */
export const replay = Effect.fnUntraced(function* <E, R>(
  run: (end: Position) => Effect.Effect<ReadonlyArray<Part>, E, R>
) {
  // Before any row is read: each is at least as far.
  const end = yield* Views.use((views) => views.position)
  const parts = yield* run(end)
  const differences = new Differences()
  for (const { found } of parts) differences.addPart(found)
  const sum = (count: (part: Part) => number) => parts.reduce((total, part) => total + count(part), 0)
  yield* rowsWithoutLog(
    sum(({ rowsMet }) => rowsMet),
    end,
    differences
  )
  return {
    events: sum(({ events }) => events),
    registrations: sum(({ registrations }) => registrations),
    hasMessages: end === 0 || parts.every(({ hasMessages }) => hasMessages),
    differences
  } satisfies Replayed
})

/** What is wrong with the message that is stored of an event; where nothing came of the event there is to be none. */
const messageFault = (
  id: string | undefined,
  event: RecordedEvent,
  step: Step | undefined,
  message: Message | undefined
): What | undefined => {
  if (id === undefined || step === undefined) return message && "no_event_of_message"
  const made = messageOf(id, step.event, event, step.one.state)
  if (message === undefined) return made && "no_message"
  if (made === undefined) return "no_event_of_message"
  return made.json === message.json && message.registrationId === id && made.tenant === message.tenant
    ? undefined
    : "other_message"
}
