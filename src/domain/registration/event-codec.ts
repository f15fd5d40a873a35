import { Result, Schema } from "effect"
import { isFormattedInstant } from "../applicant/instant.ts"
import type { RegistrationEvent } from "./events.ts"
import * as shapes from "./events.ts"

type Tag = RegistrationEvent["_tag"]

/**
 * The storage contract: each stored name (type and version) and the shape behind it. A published shape is never edited: the next version
 * is added, and the old one decodes to today's. The last version of a type is the one that is written.
 */
export const stored = {
  "Requested.v1": shapes.Requested,
  "CallStarted.v1": shapes.CallStarted,
  "UrlsIssued.v1": shapes.UrlsIssued,
  "UrlsRanOut.v1": shapes.UrlsRanOut,
  "ImageUploaded.v1": shapes.ImageUploaded,
  "ImagesUploaded.v1": shapes.ImagesUploaded,
  "Confirmed.v1": shapes.Confirmed,
  "NotConfirmed.v1": shapes.NotConfirmed,
  "ResultReported.v1": shapes.ResultReported,
  "IdentityVerified.v1": shapes.IdentityVerified,
  "CertificateIssued.v1": shapes.CertificateIssued,
  "Rejected.v1": shapes.Rejected,
  "Failed.v1": shapes.Failed,
  "AttentionRaised.v1": shapes.AttentionRaised,
  "Withdrawn.v1": shapes.Withdrawn,
  "Expired.v1": shapes.Expired,
  "HoldPlaced.v1": shapes.HoldPlaced,
  "HoldEnded.v1": shapes.HoldEnded,
  "ErasureRequested.v1": shapes.ErasureRequested,
  "PersonalDataErased.v1": shapes.PersonalDataErased
} as const satisfies { readonly [name: `${Tag}.v${number}`]: Schema.ConstraintDecoder<RegistrationEvent> }

export type StoredName = keyof typeof stored
export const storedNames = Object.keys(stored) as ReadonlyArray<StoredName>

type TypeOf<Name> = Name extends `${infer Type}.v${number}` ? Type : never
/** The version under which each type is written today. An event whose tag has no stored name does not compile in `encodeEvent`. */
const written = Object.fromEntries(
  storedNames.map((name) => {
    const [type, version] = name.split(".v")
    return [type, Number(version)]
  })
) as { readonly [Type in TypeOf<StoredName>]: number }

/** A stored event as it is kept: JSON data under a type and a version. */
export type StoredData = {
  readonly type: string
  readonly version: number
  readonly data: { readonly [key: string]: unknown }
}

/** An event that this version cannot read: it parks its registration and is said loudly. */
export type UnreadableEvent = {
  readonly _tag: "UnreadableEvent"
  readonly stream: string
  readonly revision: number
  readonly storedName: string
}

const decoders = new Map(Object.entries(stored).map(([name, schema]) => [name, Schema.decodeUnknownResult(schema)]))

export const encodeEvent = ({ _tag, ...data }: RegistrationEvent): StoredData => ({
  type: _tag,
  version: written[_tag],
  data
})

/** The event that was stored at `at`, which has a time for all that follows from it; loud about its place, silent about its content. */
export const decodeEvent = (
  event: StoredData,
  at: { readonly stream: string; readonly revision: number; readonly recordedAt: string }
): Result.Result<RegistrationEvent, UnreadableEvent> => {
  const storedName = `${event.type}.v${event.version}`
  const decode = decoders.get(storedName)
  const decoded = decode?.({ _tag: event.type, ...event.data })
  return decoded && Result.isSuccess(decoded) && isFormattedInstant(at.recordedAt)
    ? Result.succeed(decoded.success)
    : Result.fail({ _tag: "UnreadableEvent", stream: at.stream, revision: at.revision, storedName })
}
