/** An event as the log holds it. */
export interface LogRecord {
  /** Where it begins in the log, in bytes. */
  readonly position: number
  readonly stream: string
  /** Place in its stream, from 0; `deletedRevision` for a tombstone. */
  readonly revision: number
  readonly id: string
  readonly type: string
  readonly isJson: boolean
  readonly data: Uint8Array
  readonly metadata: Uint8Array
  /** Milliseconds since 1970. */
  readonly at: number
}

export type ProposedEvent = Pick<LogRecord, "id" | "type" | "isJson" | "data" | "metadata">

/** The event types that the database itself gives a meaning. */
export const systemTypes = { metadata: "$metadata", tombstone: "$streamDeleted", link: "$>" } as const

export const deletedRevision = Number.POSITIVE_INFINITY
/** The largest number of 64 bits: the revision of a tombstone, and the `$tb` of a deleted stream. */
export const deletedRevisionText = "9223372036854775807"
export const revisionText = (revision: number): string =>
  revision === deletedRevision ? deletedRevisionText : String(revision)

/** Lengths, flags, ids and times around the fields of variable length. */
const fixedBytes = 92
/** How many bytes of the log an event takes. */
export const bytesInLog = (stream: string, { type, data, metadata }: ProposedEvent): number =>
  fixedBytes + Buffer.byteLength(stream) + Buffer.byteLength(type) + data.length + metadata.length

/** How many bytes of an append it counts for. */
export const bytesInAppend = ({ type, data, metadata }: ProposedEvent): number =>
  data.length + metadata.length + type.length * 2
