import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { HistoryEvent } from "../support/api.ts"
import type { Message } from "./message.ts"
import type { Answer } from "./read-answers.ts"

/** Events that somebody outside brings about, by the operation that may. */
const brings: { readonly [operation: string]: ReadonlyArray<string> } = {
  "POST /v1/registrations": ["Requested"],
  "POST /v1/registrations/{id}/withdrawal": ["Withdrawn"],
  "PUT /v1/registrations/{id}/documents/{document}": ["ImageUploaded", "ImagesUploaded"],
  "POST /v1/registrations/{id}/documents": ["ImageUploaded", "ImagesUploaded"],
  "DELETE /v1/registrations/{id}/personal-data": ["PersonalDataErased"],
  "PUT /v1/registrations/{id}/hold": ["HoldPlaced"],
  "POST /v1/esign/callback": ["ResultReported"],
  "PUT /v1/esign/callback": ["ResultReported"],
  "PATCH /v1/esign/callback": ["ResultReported"]
}
/** What an erasure may bring besides, also one that is not carried out at once. */
const erasing = ["Withdrawn", "PersonalDataErased"]
const fromOutside: ReadonlySet<string> = new Set(Object.values(brings).flat())

/** Such as `Withdrawn 953cc770-…`. */
const entry = (type: string, id: string) => `${type} ${id}`

/** Keeps what commands were accepted, beside what was in the log before, to be compared with it. */
export const makeAccepted = (before: ReadonlySet<string>) => {
  const entries = new Set(before)
  const possible = new Set<string>()
  const note = ({ operation, subject }: Message, { status, body }: Answer): void => {
    const isAsked = status < 300 || status === 409 || status === 503
    if (isAsked && operation.name === "DELETE /v1/registrations/{id}/personal-data")
      for (const type of erasing) possible.add(entry(type, subject.id))
    if (status >= 300) return
    // An answer to a callback has no id.
    const { id = subject.id } = (body ?? {}) as { readonly id?: string }
    for (const type of brings[operation.name] ?? []) entries.add(entry(type, id))
  }
  return { note, entries, possible }
}
export type Accepted = ReturnType<typeof makeAccepted>

/** Of each registration the events that came from outside. Reads beside the service or after it. */
export const loggedFromOutside = (dataDir: string): ReadonlySet<string> => {
  const log = new DatabaseSync(join(dataDir, "log.db"), { readOnly: true })
  try {
    const rows = log.prepare("SELECT bytes FROM events ORDER BY position").all()
    return new Set(
      rows
        .map(({ bytes }) => JSON.parse(String(bytes)) as HistoryEvent)
        .filter(({ type }) => fromOutside.has(type))
        .map(({ stream, type }) => entry(type, stream.replace("registration-", "")))
    )
  } finally {
    log.close()
  }
}

/** What the log holds and nobody was told of, and what somebody was told and the log does not hold. */
export const checkAccepted = (logged: ReadonlySet<string>, { entries, possible }: Accepted): ReadonlyArray<string> => [
  ...[...logged]
    .filter((one) => !entries.has(one) && !possible.has(one))
    .map((one) => `${one} is in the log, and was refused`),
  ...[...entries]
    .filter((one) => /^(?:Requested|Withdrawn|PersonalDataErased) /.test(one) && !logged.has(one))
    .map((one) => `${one} was accepted, and is not in the log`)
]
