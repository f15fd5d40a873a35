import type { RecordedEvent } from "@eventstore/db-client"
import { checkpointStream, logStream, registrationOf, streamOf } from "../../application/history/ids.ts"

/** Our streams among those of the server, which has other people's too. */
export type StreamNames = {
  /** What the server calls a stream of ours. */
  readonly stored: (stream: string) => string
  /** What we call it. */
  readonly local: (streamId: string) => string
  /** What the server's names of our streams begin with; other people's may begin like that, too. */
  readonly prefixes: ReadonlyArray<string>
  /** Neither other people's, nor the end of a stream that somebody destroyed. */
  readonly isOurs: (event: Named) => boolean
  /** The end of a stream of ours that somebody destroyed. */
  readonly isDestroyed: (event: Named) => boolean
}
type Named = Pick<RecordedEvent, "streamId" | "type">

export const makeStreamNames = (prefix: string): StreamNames => {
  const stored = (stream: string) => prefix + stream
  const local = (streamId: string) => streamId.slice(prefix.length)
  const isStreamOfOurs = (streamId: string) => streamId.startsWith(prefix) && isStream(local(streamId))
  return {
    stored,
    local,
    prefixes: [streamOf(""), logStream, checkpointStream].map(stored),
    isOurs: ({ streamId, type }) => type !== streamDeleted && isStreamOfOurs(streamId),
    isDestroyed: ({ streamId, type }) => type === streamDeleted && isStreamOfOurs(streamId)
  }
}

const streamDeleted = "$streamDeleted"

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** To the letter: the streams of a log whose prefix begins like one of our names are not ours. */
const isStream = (name: string): boolean =>
  name === logStream || name === checkpointStream || uuid.test(registrationOf(name) ?? "")
