import { chain } from "../../src/application/history/chain.ts"
import { logStream } from "../../src/application/history/ids.ts"
import {
  type NewEvent,
  noStream,
  type RecordedEvent,
  type Tip,
  tipOf
} from "../../src/application/ports/event-store.ts"
import { encodeEvent, type StoredData } from "../../src/domain/registration/event-codec.ts"
import type { RegistrationEvent } from "../../src/domain/registration/events.ts"
import { second, start } from "./given.ts"

/** What no version reads yet. */
export const tomorrows: StoredData = { type: "CertificateRenewed", version: 1, data: {} }

const origin = { actor: { kind: "process", id: "p1" }, correlationId: "c" } as const

/** Events of a new stream, one a second. */
const chained = (stream: string, data: ReadonlyArray<StoredData>): ReadonlyArray<NewEvent> => {
  let tip: Tip = noStream
  return data.flatMap((stored, i) =>
    chain(stream, tip, [stored], origin, start + i * second).map((event) => {
      tip = tipOf(event)
      return event
    })
  )
}

const recordedIn = (stream: string, data: ReadonlyArray<StoredData>, after: number): ReadonlyArray<RecordedEvent> =>
  chained(stream, data).map(({ bytes, ...event }, i) => ({ ...event, position: after + i + 1 }))

const stored = (event: RegistrationEvent | StoredData): StoredData => ("_tag" in event ? encodeEvent(event) : event)

/** The stored events of a registration, at the positions after `after`. */
export const recorded = (id: string, events: ReadonlyArray<RegistrationEvent | StoredData>, after = 0) =>
  recordedIn(`registration-${id}`, events.map(stored), after)

/** The same, to be appended. */
export const unrecorded = (id: string, events: ReadonlyArray<RegistrationEvent | StoredData>) =>
  chained(`registration-${id}`, events.map(stored))

export const restored = (epoch: number, position: number): RecordedEvent => {
  const opened = { type: "LogOpened", version: 1, data: { logId: "l", vaultId: "v", esignEnvironment: "custom" } }
  const [, event] = recordedIn(logStream, [opened, { type: "LogRestored", version: 1, data: { epoch } }], 0)
  return { ...(event as RecordedEvent), position }
}
