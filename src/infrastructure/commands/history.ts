import { Effect, Layer, Result } from "effect"
import { type HistoryArguments, readHistoryArguments } from "../../adapters/cli/history-arguments.ts"
import { historyTable } from "../../adapters/cli/history-table.ts"
import { localTimeZone } from "../../adapters/cli/local-time.ts"
import { type ExitCode, type Output, say } from "../../adapters/cli/say.ts"
import { toHistoryEvent } from "../../adapters/http/answer/history.ts"
import { toResource } from "../../adapters/http/answer/resource.ts"
import { withKeyRow, withReceipt } from "../../adapters/http/answer/with-key.ts"
import type { Caller } from "../../application/caller.ts"
import { Health } from "../../application/health.ts"
import { load } from "../../application/history/load.ts"
import type { UnusableEvent } from "../../application/history/unusable-event.ts"
import type { Found } from "../../application/use-cases/find-registration.ts"
import { historyAsOf } from "../../application/use-cases/history-as-of.ts"
import { logging } from "../logging.ts"
import { reading } from "../reading.ts"
import type { Command } from "../surroundings.ts"

/** Whoever may read the files sees all tenants' registrations. */
const operator: Caller = { clientId: "operator", tenant: "", allTenants: true }

/** What is found by the way is said in what is shown. */
const untold = Layer.merge(Health.layer, logging("silent"))

/** `certreg history …`: 1 where an event of it cannot be read or is missing, 2 where there is nothing to show. */
export const run: Command = (args, surroundings) => {
  const asked = readHistoryArguments(args)
  const { output } = surroundings
  if (Result.isFailure(asked)) return say(2, asked.failure, output)
  return reading(surroundings, ({ uploadWindow }) => Effect.provide(show(asked.success, uploadWindow, output), untold))
}

const show = Effect.fnUntraced(function* (asked: HistoryArguments, uploadWindow: number, output: Output) {
  const { id } = asked
  return yield* historyAsOf(id, operator, asked.at).pipe(
    Effect.flatMap(({ found, isNow }) => showFound(found, isNow, asked, uploadWindow, output)),
    Effect.catchTags({
      NotFound: () => say(2, notThere(asked), output),
      UnreadableEvent: (event) => showUnread(id, event, asked, output),
      LostEvent: (event) => showUnread(id, event, asked, output)
    })
  )
})

const showFound = Effect.fnUntraced(function* (
  found: Found,
  isNow: boolean,
  { isJson }: HistoryArguments,
  uploadWindow: number,
  { stdout }: Output
) {
  // As GET /v1/registrations/{id}/events answers it.
  const { correlationId, events, unreadable, ...rest } = yield* isNow ? withKeyRow(found) : withReceipt(found)
  const registration = toResource({ ...rest, events, ...(unreadable ? { unreadable } : {}) }, uploadWindow)
  if (isJson) stdout(JSON.stringify({ registration, events: events.map(toHistoryEvent) }))
  else {
    const problem = unreadable && { problem: problemOf(unreadable) }
    const lines = historyTable({ id: found.id, correlationId, registration, events, ...problem }, localTimeZone())
    for (const line of lines) stdout(line)
  }
  return (unreadable ? 1 : 0) satisfies ExitCode
})

/** There is no state to show: what lies there is. */
const showUnread = Effect.fnUntraced(function* (
  id: string,
  event: UnusableEvent,
  { isJson }: HistoryArguments,
  output: Output
) {
  if (isJson) return yield* say(2, problemOf(event), output)
  const { correlationId, events } = yield* load(id)
  for (const line of historyTable({ id, correlationId, events, problem: problemOf(event) }, localTimeZone()))
    output.stdout(line)
  return 1 as const
})

const notThere = ({ at }: HistoryArguments): string =>
  at === undefined ? "There is no such registration." : "There is no such registration, or there was none yet."

const problemOf = (event: UnusableEvent): string =>
  event._tag === "LostEvent"
    ? `The event at revision ${event.revision} of the stream ${event.stream} is missing: what came after it is not shown.`
    : `The event at revision ${event.revision} of the stream ${event.stream} cannot be read by this version: what it came to is not known.`
