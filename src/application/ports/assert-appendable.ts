import { maxAppendBytes, type NewEvent, type Tip } from "./event-store.ts"

/** Throws on what can only be a bug: an append of nothing, of too much, or of events that were made for another place. */
export const assertAppendable = (stream: string, tip: Tip, events: ReadonlyArray<NewEvent>): void => {
  const first = tip._tag === "NoStream" ? 0 : tip.revision + 1
  if (events.length === 0) throw new Error(`an append to ${stream} without events`)
  let bytes = 0
  for (const [i, event] of events.entries()) {
    if (event.stream !== stream || event.revision !== first + i)
      throw new Error(`an event appended to ${stream} was made for another place`)
    bytes += Buffer.byteLength(event.bytes)
  }
  if (bytes > maxAppendBytes) throw new Error(`an append to ${stream} of more than ${maxAppendBytes} bytes`)
}
