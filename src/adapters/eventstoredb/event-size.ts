import type { RecordedEvent } from "@eventstore/db-client"

/** A page of the log ends after the event with which it has so many bytes. */
export const maxPageBytes = 1024 * 1024

/** Characters of what is stored in an event, or a little more: what a page's size goes by. */
export const sizeOf = ({ data, metadata }: RecordedEvent): number => lengthOf(data) + lengthOf(metadata)

/** Without recursion: somebody else's event may be nested deeper than the call stack can be. */
const lengthOf = (whole: unknown): number => {
  let length = 0
  for (const rest = [whole]; rest.length > 0; ) {
    const value = rest.pop()
    if (typeof value === "string") length += value.length + 2
    else if (typeof value !== "object" || value === null) length += 8
    else if (value instanceof Uint8Array) length += value.length
    else {
      length += 2
      for (const key in value) {
        length += key.length + 4
        rest.push((value as { readonly [key: string]: unknown })[key])
      }
    }
  }
  return length
}
