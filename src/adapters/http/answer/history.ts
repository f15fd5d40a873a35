import type { StoredEvent } from "../../../application/ports/event-store.ts"

/** An event as the history shows it: the stored form that its hash covers, and nothing else (contract/service-api §2). */
export const toHistoryEvent = (event: StoredEvent) => ({
  stream: event.stream,
  id: event.id,
  type: event.type,
  version: event.version,
  revision: event.revision,
  recordedAt: event.recordedAt,
  actor: { kind: event.actor.kind, id: event.actor.id },
  correlationId: event.correlationId,
  ...(event.causationId !== undefined && { causationId: event.causationId }),
  data: event.data,
  previousHash: event.previousHash,
  hash: event.hash
})
