import { Effect } from "effect"
import { checkpointStream } from "../../history/ids.ts"
import { EventStore, noStream, type Position, type StoredEvent, type Tip, tipOf } from "../../ports/event-store.ts"
import { textOf } from "../checkpoint-event.ts"
import { firstPrevious, hashOfText } from "../checkpoint-note.ts"
import { brokenAt, lastCheckpointUpTo, readLink, signerBefore } from "../checkpoint-stream.ts"
import type { Opened } from "../opened.ts"

/** Where the chain of checkpoints ends: what the next one follows on. */
export type ChainEnd = {
  readonly opened: Opened
  readonly tip: Tip
  /** Of the whole stream; undefined before its first event. */
  readonly correlationId: string | undefined
  /** Of the next text. */
  readonly previous: string
  /** Up to there the log is covered. */
  readonly lastPosition: Position
  /** Who signs; undefined in a log of before, which has no signer yet. */
  readonly signer: string | undefined
  /** As an event says it. */
  readonly signerSince: number | undefined
}

/** Where the chain ends now. */
export const readChainEnd = Effect.fnUntraced(function* (opened: Opened) {
  const store = yield* EventStore
  const last = yield* store.last(checkpointStream)
  return yield* last === undefined ? beginning(opened) : endAt(last.revision, opened)
})

const beginning = Effect.fnUntraced(function* (opened: Opened) {
  const store = yield* EventStore
  const { lost } = yield* store.read(checkpointStream, 0, 1)
  if (lost !== undefined) return yield* brokenAt(lost, "missing")
  const end: ChainEnd = {
    opened,
    tip: noStream,
    correlationId: undefined,
    previous: firstPrevious,
    lastPosition: 0,
    signer: opened.signer,
    signerSince: undefined
  }
  return end
})

const endAt = Effect.fnUntraced(function* (revision: number, opened: Opened) {
  const { stored, event } = yield* readLink(revision)
  const before = yield* signerBefore(event, opened)
  const end: ChainEnd = {
    opened,
    tip: tipOf(stored),
    correlationId: stored.correlationId,
    previous: hashOfText(textOf(event, opened.logId, before)),
    lastPosition: (yield* lastCheckpointUpTo(revision))?.checkpoint.lastPosition ?? 0,
    ...(event._tag === "SignerChanged"
      ? { signer: event.signer, signerSince: revision }
      : { signer: before, signerSince: event.signerSince })
  }
  return end
})

/** The end of the chain after an event that was appended to it just now. */
export const endOf = (
  end: ChainEnd,
  stored: StoredEvent,
  { previous, lastPosition }: Pick<ChainEnd, "previous" | "lastPosition">
): ChainEnd => ({ ...end, tip: tipOf(stored), correlationId: stored.correlationId, previous, lastPosition })
