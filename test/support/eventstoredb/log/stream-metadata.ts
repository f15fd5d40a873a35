import type { EventLog } from "./event-log.ts"
import { deletedRevision, deletedRevisionText, type LogRecord } from "./log-record.ts"
import { isMetastream, metastreamOf } from "./stream-names.ts"

/** How much of a stream is to be seen. */
export interface StreamMetadata {
  readonly maxCount?: number
  readonly maxAgeSeconds?: number
  readonly truncateBefore?: number
}

const ofMetastreams: StreamMetadata = { maxCount: 1 }

const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined)

const parse = (data: Uint8Array): StreamMetadata => {
  const text = Buffer.from(data).toString()
  try {
    const { $maxCount, $maxAge, $tb } = JSON.parse(text)
    const maxCount = number($maxCount)
    const maxAgeSeconds = number($maxAge)
    // The number that stands for "deleted" cannot be told from its neighbours once it is parsed.
    const truncateBefore = text.includes(deletedRevisionText) ? deletedRevision : number($tb)
    return {
      ...(maxCount === undefined ? {} : { maxCount }),
      ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
      ...(truncateBefore === undefined ? {} : { truncateBefore })
    }
  } catch {
    return {}
  }
}

const parsed = new WeakMap<LogRecord, StreamMetadata>()

export const metadataOf = (log: EventLog, stream: string): StreamMetadata => {
  if (isMetastream(stream)) return ofMetastreams
  const record = log.stream(metastreamOf(stream)).at(-1)
  if (record === undefined) return {}
  const metadata = parsed.get(record) ?? parse(record.data)
  parsed.set(record, metadata)
  return metadata
}

export const isSoftDeleted = (log: EventLog, stream: string): boolean =>
  metadataOf(log, stream).truncateBefore === deletedRevision

/** Which events of a stream are to be seen now. */
export const visibility = (log: EventLog, stream: string): { readonly first: number; readonly notBefore: number } => {
  const { maxCount, maxAgeSeconds, truncateBefore = 0 } = metadataOf(log, stream)
  return {
    first: Math.max(truncateBefore, maxCount === undefined ? 0 : log.stream(stream).length - maxCount),
    notBefore: maxAgeSeconds === undefined ? 0 : Date.now() - maxAgeSeconds * 1000
  }
}
