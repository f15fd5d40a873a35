import { Context, Layer } from "effect"
import type { Position } from "../ports/event-store.ts"
import type { Message } from "../ports/message.ts"

/** Messages that were saved just now: all that there are after one position and up to another. */
export type Arrival = {
  readonly after: Position
  readonly upTo: Position
  /** Of the log at `upTo`. */
  readonly epoch: number
  readonly messages: ReadonlyArray<Message>
}

/** Tells who follows the messages in this process what was saved. Whoever missed something reads it. */
export class NewMessages extends Context.Service<
  NewMessages,
  {
    readonly announce: (arrival: Arrival) => void
    /** Calls `listener` at each arrival from now on; answers how to stop that. A listener returns at once and never throws. */
    readonly listen: (listener: (arrival: Arrival) => void) => () => void
  }
>()("certreg/application/messages/NewMessages") {
  static readonly layer = Layer.sync(NewMessages, () => {
    const listeners = new Set<(arrival: Arrival) => void>()
    return NewMessages.of({
      announce: (arrival) => {
        for (const listener of [...listeners]) listener(arrival)
      },
      listen: (listener) => {
        listeners.add(listener)
        return () => {
          listeners.delete(listener)
        }
      }
    })
  })
}
