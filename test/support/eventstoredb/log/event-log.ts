import { bytesInLog, deletedRevision, type LogRecord, type ProposedEvent, systemTypes } from "./log-record.ts"

/** One event for one stream. */
export interface Entry {
  readonly stream: string
  readonly event: ProposedEvent
}

/** What changes the log: entries that are written together, or positions whose events are removed. */
export type Change =
  | { readonly at: number; readonly entries: ReadonlyArray<Entry> }
  | { readonly removed: ReadonlyArray<number> }

/** Every event in one order, and each stream in its own. A removed event leaves a hole: nothing moves. */
export class EventLog {
  /** In the order of the log. */
  readonly records: Array<LogRecord | undefined> = []
  /** The position of each of `records`, of the removed ones too. */
  readonly positions: Array<number> = []
  /** Where the next event will begin. */
  end = 0
  readonly #streams = new Map<string, Array<LogRecord | undefined>>()
  readonly #tombstones = new Set<string>()
  readonly #listeners = new Set<() => void>()

  /** The events of a stream by revision, without a tombstone. */
  stream(name: string): ReadonlyArray<LogRecord | undefined> {
    return this.#streams.get(name) ?? []
  }

  streamNames(): Iterable<string> {
    return this.#streams.keys()
  }

  isTombstoned(stream: string): boolean {
    return this.#tombstones.has(stream)
  }

  /** The first index whose event begins at a position or after it. */
  indexAt(position: number): number {
    let [low, high] = [0, this.positions.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.positions[middle] ?? 0) < position) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Whether an event begins there, or may once. */
  isBoundary(position: number): boolean {
    return position >= this.end || this.positions[this.indexAt(position)] === position
  }

  apply(change: Change): ReadonlyArray<LogRecord> {
    if ("removed" in change) {
      for (const position of change.removed) this.#remove(this.indexAt(position))
      return []
    }
    const records = change.entries.map((entry) => this.#add(entry, change.at))
    for (const tell of this.#listeners) tell()
    return records
  }

  /** Calls back after each change that added something; answers how to stop that. */
  onGrowth(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #add({ stream, event }: Entry, at: number): LogRecord {
    const existing = this.#streams.get(stream) ?? []
    const isTombstone = event.type === systemTypes.tombstone
    const revision = isTombstone ? deletedRevision : existing.length
    const record = { ...event, stream, revision, at, position: this.end }
    this.records.push(record)
    this.positions.push(this.end)
    this.end += bytesInLog(stream, event)
    if (isTombstone) this.#tombstones.add(stream)
    else existing.push(record)
    this.#streams.set(stream, existing)
    return record
  }

  #remove(index: number): void {
    const record = this.records[index]
    if (record === undefined) return
    this.records[index] = undefined
    const stream = this.#streams.get(record.stream)
    if (stream !== undefined && record.revision !== deletedRevision) stream[record.revision] = undefined
  }
}
