import { Effect } from "effect"
import { registrationOf } from "../history/ids.ts"
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

const page = 1000

/**
 * Folds the whole log with today's code, twice, and compares what comes of it with the rows, with the messages, and once with the other. What
 * the rows do not hold yet is not looked at, so that it may run beside a service. Needs no more memory for a longer log, nor for more
 * registrations. Fails where something cannot be read.
 */
export const replay = Effect.fnUntraced(function* (tell: (report: Report) => Effect.Effect<void>) {
  const store = yield* EventStore
  // Before any row is read: each is at least as far.
  const end = yield* Views.use((views) => views.position)
  const messages = yield* makeStoredMessages
  const reach = Math.min(end, messages.reach)
  const differences = new Differences()
  const registrations = makeRegistrations(differences)
  const began = performance.now()
  let position = 0
  let events = 0
  let begun = 0

  /** What is wrong with a message, which may be missing, of an event that nobody knows what to make of without a `step`. */
  const messageFault = (id: string, step: Step | undefined, message: Message | undefined): What | undefined => {
    if (step === undefined) return message && "message_of_unusable"
    if (message === undefined) return step.message === undefined ? undefined : "no_message"
    if (step.message === undefined) return "no_event_of_message"
    return message.json === step.message && message.registrationId === id ? undefined : "other_message"
  }
  const take = (id: string, event: RecordedEvent, message: Message | undefined): void => {
    const { revision } = event
    if (revision === 0) begun++
    const step = registrations.take(id, event)
    const differ = (what: What) => differences.add({ registration: id, revision, what })
    if (step?.message !== step?.otherMessage) differ("other_second_fold")
    const fault = event.position > reach ? undefined : messageFault(id, step, message)
    if (fault) differ(fault)
  }

  while (position < end) {
    const read = yield* store.feed(position, page)
    const upTo = Math.min(read.upTo, end)
    const found = read.events.filter((event) => event.position <= end)
    const ofRegistrations = found.flatMap((event) => {
      const id = registrationOf(event.stream)
      return id === undefined ? [] : [[id, event] as const]
    })
    yield* registrations.prepare(ofRegistrations)
    const stored = new Map((yield* messages.upTo(Math.min(upTo, reach))).map((one) => [one.position, one]))
    for (const [id, event] of ofRegistrations) {
      const message = stored.get(event.position)
      stored.delete(event.position)
      take(id, event, message)
    }
    for (const { registrationId } of stored.values())
      differences.add({ registration: registrationId, what: "no_event_of_message" })
    yield* registrations.forgetOldest
    events += found.length
    if (read.upTo <= position) break
    position = upTo
    yield* tell(replaying({ events, position, end, millis: performance.now() - began }))
  }
  yield* registrations.finish
  yield* rowsWithoutLog(registrations.rows(), end, differences)
  const hasMessages = end === 0 || messages.end.position > 0
  return { events, registrations: begun, differences, hasMessages } satisfies Replayed
})
