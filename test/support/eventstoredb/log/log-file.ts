import { closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs"
import { join } from "node:path"
import type { Change, Entry } from "./event-log.ts"

type StoredEntry = readonly [stream: string, id: string, type: string, isJson: boolean, data: string, metadata: string]
type StoredChange =
  | { readonly at: number; readonly entries: ReadonlyArray<StoredEntry> }
  | { readonly removed: Array<number> }

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64")

const toLine = (change: Change): string => {
  if ("removed" in change) return JSON.stringify(change)
  const entries = change.entries.map(({ stream, event }) => {
    const { id, type, isJson, data, metadata } = event
    return [stream, id, type, isJson, base64(data), base64(metadata)]
  })
  return JSON.stringify({ at: change.at, entries })
}

const toEntry = ([stream, id, type, isJson, data, metadata]: StoredEntry): Entry => ({
  stream,
  event: { id, type, isJson, data: Buffer.from(data, "base64"), metadata: Buffer.from(metadata, "base64") }
})

const fromLine = (line: string): Change => {
  const change: StoredChange = JSON.parse(line)
  return "removed" in change ? change : { at: change.at, entries: change.entries.map(toEntry) }
}

export interface LogFile {
  readonly changes: ReadonlyArray<Change>
  readonly keep: (change: Change) => void
  readonly close: () => void
}

/** A log that ends with its process. */
export const inMemory: LogFile = { changes: [], keep: () => {}, close: () => {} }

/** The changes of a log, one a line; what is kept survives the death of the process. A line that was cut off is not there. */
export const openLogFile = (folder: string): LogFile => {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, "log.jsonl")
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  const whole = bytes.lastIndexOf(10) + 1
  if (whole < bytes.length) truncateSync(path, whole)
  const changes: Array<Change> = []
  for (let start = 0; start < whole; ) {
    const end = bytes.indexOf(10, start)
    changes.push(fromLine(bytes.toString("utf8", start, end)))
    start = end + 1
  }
  const file = openSync(path, "a")
  return { changes, keep: (change) => void writeSync(file, `${toLine(change)}\n`), close: () => closeSync(file) }
}
