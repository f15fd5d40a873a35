import type { StoredEvent } from "../../application/ports/event-store.ts"
import { isFormattedInstant } from "../../domain/applicant/instant.ts"
import { makeLocalTime } from "./local-time.ts"
import { shown, words } from "./value-words.ts"

/** A registration at some point, its members as the HTTP API has them, and the events that made it. */
export type HistoryShown = {
  readonly id: string
  readonly correlationId: string | undefined
  /** Absent where nobody can read what it is. */
  readonly registration?: { readonly [member: string]: unknown }
  readonly events: ReadonlyArray<StoredEvent>
  /** Of an event that this version cannot read, or that is lost: a sentence. */
  readonly problem?: string
}

/** Hashes that let a repeat be known, and who wrote: nothing that tells what happened. */
const untold: ReadonlySet<string> = new Set(["fingerprint", "idempotencyKey", "owner"])
/** What the heading says, or is of use to programs alone. */
const saidAlready: ReadonlySet<string> = new Set(["id", "links"])

/** The lines of a history for people. `timeZone`: an IANA name. */
export const historyTable = (
  { id, correlationId, registration, events, problem }: HistoryShown,
  timeZone: string
): ReadonlyArray<string> => {
  const localTime = makeLocalTime(timeZone)
  const time = (text: string) => (isFormattedInstant(text) ? localTime(text) : shown(text))
  const rows = [
    ["revision", `time in ${timeZone}`, "event", "actor", "data"],
    ...events.map((event) => [
      String(event.revision),
      time(event.recordedAt),
      `${shown(event.type)}.v${event.version}`,
      `${shown(event.actor?.kind)} ${shown(event.actor?.id)}`,
      words(event.data, untold, time)
    ])
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: ReadonlyArray<string>) =>
    row.map((cell, column) => (column === 0 ? cell.padStart(widths[0] ?? 0) : cell.padEnd(widths[column] ?? 0)))
  const indent = " ".repeat((widths[0] ?? 0) + 2)
  const [heading = [], ...told] = rows.map((row) => line(row).join("  ").trimEnd())
  const lines = told.flatMap((text, n) => [text, `${indent}${proofOf(events[n], events, correlationId)}`])
  return [
    `Registration ${id}${correlationId === undefined ? "" : `, correlation ${shown(correlationId)}`}`,
    "",
    String(heading),
    ...lines,
    "",
    ...(registration ? stateLines(registration, time) : []),
    ...(problem === undefined ? [] : [problem])
  ]
}

/** What chains an event to others; whole in JSON. */
const proofOf = (
  event: StoredEvent | undefined,
  events: ReadonlyArray<StoredEvent>,
  correlationId: string | undefined
): string => {
  if (event === undefined) return ""
  const { id, hash, causationId } = event
  const cause = events.find((before) => before.id === causationId)
  return [
    `id ${shown(id)}`,
    `hash ${hash.slice(0, 12)}…`,
    ...(causationId === undefined ? [] : [`caused by ${cause ? `revision ${cause.revision}` : shown(causationId)}`]),
    ...(event.correlationId === correlationId ? [] : [`correlation ${shown(event.correlationId)}`])
  ].join(", ")
}

const stateLines = (registration: { readonly [member: string]: unknown }, time: (text: string) => string) => {
  const members = Object.entries(registration).filter(([name]) => !saidAlready.has(name))
  const width = Math.max(...members.map(([name]) => name.length))
  return members.flatMap(([name, value]) => {
    const text = words(value, new Set(), time)
    return text === "" ? [] : [`${name.padEnd(width)}  ${text}`]
  })
}
