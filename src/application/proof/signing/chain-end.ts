import { Effect, Schema } from "effect"
import { appendOwnEvent } from "../../history/append-own-event.ts"
import { checkpointStream, logStream } from "../../history/ids.ts"
import { readLogEvent } from "../../history/log-events.ts"
import { refused } from "../../history/log-refused.ts"
import { EventStore, noStream, type Position, type StoredEvent, type Tip, tipOf } from "../../ports/event-store.ts"
import { Signer } from "../../ports/signer.ts"
import { type CheckpointEvent, readCheckpointEvent, textOf } from "../checkpoint-event.ts"
import { firstPrevious, hashOfText, signerText } from "../checkpoint-note.ts"

/** The log says who opened it, which is where the chain of signers begins. */
export type Opened = { readonly logId: string; readonly signer?: string | undefined }

/** An event of a stream of the service's own is not there, or this version cannot read it. Nothing can be signed on top of it. */
export class ChainBroken extends Schema.TaggedError<ChainBroken>()("ChainBroken", {
  stream: Schema.String,
  revision: Schema.Int,
  code: Schema.Literals(["missing", "unreadable"])
}) {
  override get message(): string {
    return `The event at revision ${this.revision} of the stream ${this.stream} is ${this.code}.`
  }
}

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

type Read = { readonly stored: StoredEvent; readonly event: CheckpointEvent }

const read = Effect.fnUntraced(function* (revision: number) {
  const store = yield* EventStore
  const [stored] = (yield* store.read(checkpointStream, revision, 1)).events
  if (stored === undefined) return yield* new ChainBroken({ stream: checkpointStream, revision, code: "missing" })
  return yield* readable(stored)
})

const readable = (stored: StoredEvent): Effect.Effect<Read, ChainBroken> => {
  const event = readCheckpointEvent(stored)
  const { stream, revision } = stored
  return event
    ? Effect.succeed({ stored, event })
    : Effect.fail(new ChainBroken({ stream, revision, code: "unreadable" }))
}

/** What the log's first event says of it. */
export const readOpened = Effect.gen(function* () {
  const store = yield* EventStore
  const [first] = (yield* store.read(logStream, 0, 1)).events
  const opened = first && readLogEvent(first)
  if (opened?._tag === "LogOpened") return opened satisfies Opened
  return yield* new ChainBroken({ stream: logStream, revision: 0, code: first ? "unreadable" : "missing" })
})

/** Who signed before an event, or signed it where it is a checkpoint; undefined where nobody did. */
export const signerBefore = Effect.fnUntraced(function* ({ signerSince }: CheckpointEvent, { signer }: Opened) {
  if (signerSince === undefined) return signer
  const { event } = yield* read(signerSince)
  if (event._tag === "SignerChanged") return event.signer
  return yield* new ChainBroken({ stream: checkpointStream, revision: signerSince, code: "unreadable" })
})

/** Where the chain ends now. */
export const readChainEnd = Effect.fnUntraced(function* (opened: Opened) {
  const store = yield* EventStore
  const last = yield* store.last(checkpointStream)
  if (last === undefined) return yield* beginning(opened)
  const { stored, event } = yield* readable(last)
  return yield* endAfter(stored, event, opened)
})

const beginning = Effect.fnUntraced(function* (opened: Opened) {
  const store = yield* EventStore
  const { lost } = yield* store.read(checkpointStream, 0, 1)
  if (lost !== undefined) return yield* new ChainBroken({ stream: checkpointStream, revision: lost, code: "missing" })
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

const endAfter = Effect.fnUntraced(function* (stored: StoredEvent, event: CheckpointEvent, opened: Opened) {
  const before = yield* signerBefore(event, opened)
  const end: ChainEnd = {
    opened,
    tip: tipOf(stored),
    correlationId: stored.correlationId,
    previous: hashOfText(textOf(event, opened.logId, before)),
    lastPosition: yield* lastPositionAt(stored, event),
    ...(event._tag === "SignerChanged"
      ? { signer: event.signer, signerSince: stored.revision }
      : { signer: before, signerSince: event.signerSince })
  }
  return end
})

/** Of the last checkpoint; changes of the signer cover nothing. */
const lastPositionAt = Effect.fnUntraced(function* (stored: StoredEvent, event: CheckpointEvent) {
  let [at, found] = [stored.revision, event]
  while (found._tag === "SignerChanged") {
    if (at === 0) return 0
    found = (yield* read(--at)).event
  }
  return found.lastPosition
})

/** The end of the chain after an event that was appended to it just now. */
export const endOf = (
  end: ChainEnd,
  stored: StoredEvent,
  { previous, lastPosition }: Pick<ChainEnd, "previous" | "lastPosition">
): ChainEnd => ({ ...end, tip: tipOf(stored), correlationId: stored.correlationId, previous, lastPosition })

/**
 * The key that signs is the one that the log names; where it named one that signs no more, from now on another, and both say so. A key that
 * nobody vouches for refuses the start.
 */
export const nameSigner = Effect.fnUntraced(
  function* (owner: string, opened: Opened) {
    const { current, former } = yield* Signer
    const end = yield* readChainEnd(opened)
    if (end.signer === current.publicKey) return
    const before = former.find(({ publicKey }) => publicKey === end.signer)
    if (end.signer !== undefined && before === undefined) return yield* refused("otherSigner", end.signer)
    const change = { previous: end.previous, signer: current.publicKey }
    const text = signerText({ ...change, logId: opened.logId, former: before?.publicKey })
    const signatures = {
      ...(before ? { former: base64(before.sign(text)) } : {}),
      signer: base64(current.sign(text))
    }
    const since = end.signerSince === undefined ? {} : { signerSince: end.signerSince }
    const { tip, correlationId } = end
    yield* appendOwnEvent(
      owner,
      { stream: checkpointStream, tip, correlationId },
      { type: "SignerChanged", version: 1, data: { ...change, ...since, signatures } }
    )
  },
  Effect.catchTag("ChainBroken", ({ stream, revision, code }) =>
    Effect.fail(refused(code === "missing" ? "notWhole" : "unreadable", stream, revision))
  )
)

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64")
