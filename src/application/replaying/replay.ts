import { Effect } from "effect"
import { registrationOf } from "../history/ids.ts"
import { messageOf } from "../messages/message-of.ts"
import { EventStore, type RecordedEvent } from "../ports/event-store.ts"
import type { Message } from "../ports/message.ts"
import type { Report } from "../ports/operator-requests.ts"
import { Views } from "../ports/views.ts"
import { Differences, type What } from "./differences.ts"
import type { Step } from "./fold-twice.ts"
import { makeRegistrations } from "./registrations.ts"
import { type Replayed, replaying } from "./replay-words.ts"
import { rowsWithoutLog } from "./rows-without-log.ts"
import { makeStoredMessages } from "./stored-messages.ts"

/** Events that are read at once, and registrations whose folds are in memory. */
const usual = { page: 1000, mostOpen: 10_000 }

/**
 * Folds the whole log with today's code, twice, and compares what comes of it with the rows, with the messages, and once with the other. What
 * the rows do not hold yet is not looked at, so that it may run beside a service. Needs no more memory for a longer log, nor for more
 * registrations. Fails where something cannot be read.
 */
export const replay = Effect.fnUntraced(function* (
  tell: (report: Report) => Effect.Effect<void>,
  { page, mostOpen } = usual
) {
  const store = yield* EventStore
  // Before any row is read: each is at least as far.
  const end = yield* Views.use((views) => views.position)
  const messages = yield* makeStoredMessages
  const reach = Math.min(end, messages.reach)
  const differences = new Differences()
  const registrations = makeRegistrations(differences, mostOpen)
  const began = performance.now()
  const counted = { events: 0, registrations: 0 }

  const take = (event: RecordedEvent): void => {
    counted.events++
    const { revision, position } = event
    const id = registrationOf(event.stream)
    const step = id === undefined ? undefined : registrations.take(id, event)
    if (position <= reach) {
      for (let message = messages.take(position - 1); message; message = messages.take(position - 1))
        differences.add({ registration: message.registrationId, what: "no_event_of_message" })
      const message = messages.take(position)
      const registration = id ?? message?.registrationId
      const fault = messageFault(id, event, step, message)
      if (fault && registration !== undefined) differences.add({ registration, revision, what: fault })
    }
    if (id !== undefined && revision === 0) counted.registrations++
  }

  for (let position = 0; position < end; ) {
    const read = yield* store.feed(position, page)
    const firsts = new Map<string, RecordedEvent>()
    for (const event of read.events) {
      const id = registrationOf(event.stream)
      if (id !== undefined && event.position <= end && !firsts.has(id) && !registrations.isKnown(id))
        firsts.set(id, event)
    }
    if (firsts.size > 0) yield* registrations.prepare(firsts)
    yield* messages.upTo(Math.min(read.upTo, reach))
    for (const event of read.events) if (event.position <= end) take(event)
    yield* registrations.forgetOldest()
    if (read.upTo <= position) break
    position = Math.min(read.upTo, end)
    yield* tell(replaying({ events: counted.events, position, end, millis: performance.now() - began }))
  }
  yield* registrations.finish()
  for (let message = messages.take(reach); message; message = messages.take(reach))
    differences.add({ registration: message.registrationId, what: "no_event_of_message" })
  yield* rowsWithoutLog(registrations.rowsMet(), end, differences)
  const hasMessages = end === 0 || messages.end.position > 0
  return { ...counted, differences, hasMessages } satisfies Replayed
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
