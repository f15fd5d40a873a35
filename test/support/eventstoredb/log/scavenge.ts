import { randomUUID } from "node:crypto"
import { systemEvent } from "./append.ts"
import type { Database } from "./database.ts"
import type { Entry } from "./event-log.ts"
import { systemTypes } from "./log-record.ts"
import { visibility } from "./stream-metadata.ts"
import { metastreamOf } from "./stream-names.ts"

const scavenges = "$scavenges"

/** Removes for good what cannot be seen, but for the last event of each stream; of a tombstoned stream, everything. */
const hidden = ({ log }: Database): Array<number> => {
  const positions: Array<number> = []
  for (const name of log.streamNames()) {
    const records = log.stream(name)
    const { first, notBefore } = visibility(log, name)
    const isTombstoned = log.isTombstoned(name)
    for (const record of isTombstoned ? records : records.slice(0, -1)) {
      if (record === undefined) continue
      if (isTombstoned || record.revision < first || record.at < notBefore) positions.push(record.position)
    }
  }
  return positions
}

export const scavenge = (database: Database): { readonly scavengeId: string; readonly removed: number } => {
  const scavengeId = randomUUID()
  const stream = `${scavenges}-${scavengeId}`
  const removed = hidden(database)
  database.remove(removed)
  const reported = (type: string, revision: number): Array<Entry> => [
    { stream, event: systemEvent(type, JSON.stringify({ scavengeId })) },
    { stream: scavenges, event: { ...systemEvent(systemTypes.link, `${revision}@${stream}`), isJson: false } }
  ]
  const settings = systemEvent(systemTypes.metadata, `{"$maxAge":${30 * 24 * 3600}}`)
  database.write([
    { stream: metastreamOf(scavenges), event: settings },
    ...reported("$scavengeStarted", 0),
    ...reported("$scavengeCompleted", 1)
  ])
  return { scavengeId, removed: removed.length }
}
