import type { RecordedEvent } from "@eventstore/db-client"
import { Effect } from "effect"
import type { CallFailed } from "./call-failed.ts"
import type { Calls } from "./calls.ts"
import { collect } from "./collect.ts"

/** Events of one stream, under the name that the server knows. */
export type StreamPages = {
  /** Up to `count` events that can be seen, from a revision on: the first of them may stand later. */
  readonly from: (name: string, revision: number, count: number) => Page
  /** The last event that can be seen. */
  readonly last: (name: string) => Effect.Effect<RecordedEvent | undefined, CallFailed>
}
type Page = Effect.Effect<ReadonlyArray<RecordedEvent>, CallFailed>

export const makeStreamPages = (call: Calls["call"]): StreamPages => {
  const page = (name: string, range: Range): Page =>
    call("read", async (client, options, onAbandoned) => {
      const events: Array<RecordedEvent> = []
      const reading = client.readStream(name, { ...options, ...range })
      await collect(
        reading,
        ({ event, link }) => {
          const found = event ?? link
          if (found !== undefined) events.push(found)
          return true
        },
        onAbandoned
      )
      return events
    })
  return {
    from: (name, revision, count) => page(name, { fromRevision: BigInt(revision), maxCount: count }),
    last: (name) =>
      Effect.map(page(name, { direction: "backwards", fromRevision: "end", maxCount: 1 }), ([event]) => event)
  }
}

type Range = {
  readonly direction?: "backwards"
  readonly fromRevision: bigint | "end"
  readonly maxCount: number
}
