import { hash } from "node:crypto"
import type { RawEvent, StoredEvent } from "../ports/event-store.ts"
import { firstPreviousHash } from "./chain.ts"
import { registrationOf } from "./ids.ts"

/** What is wrong with an event as it lies there. */
export type Flaw = "foreign" | "missing_predecessor" | "other_bytes" | "other_place" | "other_predecessor"

const words: { readonly [F in Flaw]: string } = {
  foreign: "was not written by this service",
  missing_predecessor: "has none before it: something is missing",
  other_bytes: "is not the one that was written: its content does not match its hash",
  other_place: "is not the one that was written: it was written for another place",
  other_predecessor: "is not the one that was written: it does not follow on the event before it"
}

/**
 * Compares an event with its own hash, its place, and the event before it; undefined when it is what was written there (contract/service-api
 * §2, history). Who made new hashes for all that follows is not found out this way.
 */
export const flawOf = (event: RawEvent): Flaw | undefined => {
  const { stream, revision, bytes, hash: stored, predecessor } = event
  if (event.isForeign) return "foreign"
  // Who follows the log begins at 1, and who reads the stream takes it all the same.
  if (event.position < 1) return "other_place"
  if (hash("sha256", bytes) !== stored) return "other_bytes"
  const expected = revision === 0 ? firstPreviousHash : predecessor
  // What is in the service's own streams is read on, and they are short.
  const isOwn = registrationOf(stream) === undefined
  if (!isOwn && expected !== undefined && endsAs(bytes, expected, revision, stream)) return undefined
  const content = contentOf(bytes)
  if (content === undefined) return "other_bytes"
  if (content.stream !== stream || content.revision !== revision) return "other_place"
  if (revision > 0 && predecessor === undefined) return "missing_predecessor"
  return content.previousHash === expected ? undefined : "other_predecessor"
}

/** Of the members that come before the place, the last two, with their commas. */
const lengthBefore = `"previousHash":"${firstPreviousHash}","recordedAt":"2026-11-26T10:00:00.000Z",`.length
const typeAndVersion = /^[A-Za-z]+","version":\d+\}$/

/**
 * Whether bytes end with a place and a predecessor, as RFC 8785 sorts the members of an event. Nothing that comes before can say otherwise, and
 * to parse it would take most of the time of a check.
 */
const endsAs = (bytes: string, predecessor: string, revision: number, stream: string): boolean => {
  const place = `"revision":${revision},"stream":"${stream}","type":"`
  const at = bytes.lastIndexOf(place)
  return (
    at >= lengthBefore &&
    bytes.startsWith(`"previousHash":"${predecessor}","recordedAt":"`, at - lengthBefore) &&
    typeAndVersion.test(bytes.slice(at + place.length)) &&
    !/["\\]/.test(stream)
  )
}

/** Whether what an event says can be read at all. `flawOf` looks at how it ends. */
export const isReadable = ({ bytes }: RawEvent): boolean => contentOf(bytes) !== undefined

/** Bytes that were never an event may have been given a hash that fits them. */
const contentOf = (bytes: string): Partial<StoredEvent> | undefined => {
  try {
    return JSON.parse(bytes) ?? undefined
  } catch {
    return undefined
  }
}

/** The name of a stream as it can be shown: somebody may have written what he wants there. */
export const shownStream = (name: string): string => (/^[\w-]{1,80}$/.test(name) ? name : JSON.stringify(name))

/** A sentence for the operator, which names stream and revision. */
export const describeFlaw = ({ stream, revision }: Pick<RawEvent, "stream" | "revision">, flaw: Flaw): string =>
  `The event at revision ${revision} of ${stream === "" ? "a stream without a name" : `the stream ${shownStream(stream)}`} ${words[flaw]}.`
