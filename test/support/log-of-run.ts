import { randomUUID } from "node:crypto"
import type { Env } from "./service-program.ts"

/** A new log at a server of EventStoreDB that others use too. */
export const newLogAt = (url: string): Env => ({
  EVENT_STORE: "eventstoredb",
  EVENTSTOREDB_URL: url,
  EVENTSTOREDB_STREAM_PREFIX: `t-${randomUUID()}-`
})

export const usesEventStoreDb = (): boolean => process.env["EVENT_STORE"] === "eventstoredb"

/** A new log in the event store of this run: what it takes beside a new `DATA_DIR`. */
export const newLog = (): Env => {
  if (!usesEventStoreDb()) return {}
  const url = process.env["EVENTSTOREDB_URL"]
  if (!url) throw new Error("EVENT_STORE=eventstoredb needs an EVENTSTOREDB_URL")
  return newLogAt(url)
}

/**
 * Node's option for a heap in which nothing can be kept that is not needed. The client of EventStoreDB needs some more for itself: a heap near
 * its limit is cleaned all the time.
 */
export const smallHeap = (): string => `--max-old-space-size=${usesEventStoreDb() ? 192 : 96}`
