import { Effect, Schema } from "effect"
import { logStream } from "../history/ids.ts"
import { readLogEvent } from "../history/log-events.ts"
import { EventStore } from "../ports/event-store.ts"

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

/** What the log's first event says of it. */
export const readOpened = Effect.gen(function* () {
  const store = yield* EventStore
  const [first] = (yield* store.read(logStream, 0, 1)).events
  const opened = first && readLogEvent(first)
  if (opened?._tag === "LogOpened") return opened satisfies Opened
  return yield* new ChainBroken({ stream: logStream, revision: 0, code: first ? "unreadable" : "missing" })
})
