import { hash, randomUUID } from "node:crypto"
import type { NewEvent, Tip } from "../../src/application/ports/event-store.ts"

/** A UUIDv7. */
export const newId = (): string => {
  const time = Date.now().toString(16).padStart(12, "0")
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

export const newStream = (): string => `registration-${newId()}`

/** An event that could stand at a place; its hashes are unique, not a chain. */
export const newEvent = (stream: string, revision: number, note = "naïve “note” 𝄞"): NewEvent => {
  const id = newId()
  const content = {
    actor: { id: "test", kind: "client" as const },
    correlationId: stream,
    data: { note },
    id,
    previousHash: revision === 0 ? "0".repeat(64) : hash("sha256", `${stream} ${revision - 1}`),
    recordedAt: "2026-11-25T10:00:00.000Z",
    revision,
    stream,
    type: "Noted",
    version: 1
  }
  const bytes = JSON.stringify(content)
  return { ...content, hash: hash("sha256", bytes), bytes }
}

/** Events for the places after a tip. */
export const newEvents = (stream: string, tip: Tip, count: number, note?: string): ReadonlyArray<NewEvent> => {
  const first = tip._tag === "NoStream" ? 0 : tip.revision + 1
  return Array.from({ length: count }, (_, i) => newEvent(stream, first + i, note))
}
