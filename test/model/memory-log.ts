import { assertAppendable } from "../../src/application/ports/assert-appendable.ts"
import {
  type FeedPage,
  type NewEvent,
  noStream,
  type RawEvent,
  type RecordedEvent,
  type StoredEvent,
  type StreamRead,
  type Tip,
  tipOf
} from "../../src/application/ports/event-store.ts"

/** Faults that a log may be given, to see that they are found. */
export type LogFlaw = "takes_any_tip"

/** When an event was appended: milliseconds of true time; whether the wall clock was always right just before, and whether it ever was. */
export type Stamp = { readonly at: number; readonly isRight: boolean; readonly wasRight: boolean }
type Entry = RecordedEvent & { readonly bytes: string; readonly stamp: Stamp }

/** Bytes of one page at most, but for a single event. */
const pageBytes = 1024 * 1024

/** A log that outlives the processes that use it. */
export class MemoryLog {
  readonly entries: Array<Entry> = []
  readonly #streams = new Map<string, Array<Entry>>()
  readonly #stamp: () => Stamp
  readonly #flaw: LogFlaw | undefined
  #waiting: Array<() => void> = []

  constructor(stamp: () => Stamp = () => ({ at: 0, isRight: true, wasRight: true }), flaw?: LogFlaw) {
    this.#stamp = stamp
    this.#flaw = flaw
  }

  read(stream: string, from = 0, most = Number.POSITIVE_INFINITY): StreamRead {
    const kept = this.#streams.get(stream)
    const events = (kept ?? [])
      .filter(({ revision }) => revision >= from)
      .slice(0, most)
      .map(({ position, bytes, stamp, ...event }) => event)
    const isCut = kept !== undefined && (kept.length === 0 || (events[0]?.revision ?? from) > from)
    if (isCut) return { events: [], tip: noStream, lost: from }
    const last = events.at(-1)
    return { events, tip: last === undefined ? noStream : tipOf(last) }
  }

  append(stream: string, tip: Tip, events: ReadonlyArray<NewEvent>): "appended" | "conflict" {
    assertAppendable(stream, tip, events)
    const kept = this.#streams.get(stream) ?? []
    const last = kept.at(-1)
    const fits = tip._tag === "NoStream" ? !last : last?.hash === tip.hash && last.revision === tip.revision
    if (!fits && this.#flaw !== "takes_any_tip")
      return events.every(({ id, revision }) => kept[revision]?.id === id) ? "appended" : "conflict"
    for (const event of events) {
      const entry = { ...(JSON.parse(event.bytes) as StoredEvent), hash: event.hash, bytes: event.bytes }
      const recorded = { ...entry, position: this.entries.length + 1, stamp: this.#stamp() }
      this.entries.push(recorded)
      kept.push(recorded)
    }
    this.#streams.set(stream, kept)
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
    return "appended"
  }

  feed(after: number, limit: number): FeedPage {
    const events = this.#page(after, limit).map(({ bytes, stamp, ...event }) => event)
    return { events, upTo: events.at(-1)?.position ?? after }
  }

  raw(after: number, limit: number): ReadonlyArray<RawEvent> {
    return this.#page(after, limit).map(({ position, stream, revision, bytes, hash }) => {
      const predecessor = this.#streams.get(stream)?.[revision - 1]?.hash
      return { position, stream, revision, bytes, hash, ...(predecessor === undefined ? {} : { predecessor }) }
    })
  }

  onGrowth(after: number, wake: () => void): void {
    if (this.entries.length > after) wake()
    else this.#waiting.push(wake)
  }

  /** The events of a stream before a revision are gone. */
  cut(stream: string, before: number): void {
    this.#streams.set(stream, this.#streams.get(stream)?.filter(({ revision }) => revision >= before) ?? [])
  }

  /** A disk that forgets: the last event of a stream is gone. */
  forgetLast(): void {
    const last = this.entries.pop()
    if (last) this.#streams.get(last.stream)?.pop()
  }

  /** It is put back to what it was when it had so many events. */
  cutTo(length: number): void {
    this.entries.length = length
    this.#streams.clear()
    for (const entry of this.entries)
      this.#streams.set(entry.stream, [...(this.#streams.get(entry.stream) ?? []), entry])
  }

  #page(after: number, limit: number): ReadonlyArray<Entry> {
    const page: Array<Entry> = []
    let bytes = 0
    for (const entry of this.entries.slice(after, after + limit)) {
      bytes += entry.bytes.length
      if (page.length > 0 && bytes > pageBytes) break
      page.push(entry)
    }
    return page
  }
}
