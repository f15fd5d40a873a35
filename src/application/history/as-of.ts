import { parseQueryInstant } from "../../domain/applicant/instant.ts"
import { tipOf } from "../ports/event-store.ts"
import { foldOnto, type Loaded, nothing } from "./loaded.ts"

/** A point in the history of a registration: up to a revision, or up to a time (epoch milliseconds), which counts too. */
export type AsOf = { readonly revision: number } | { readonly instant: number }

/** What `readAsOf` takes, for whoever wrote something else. */
export const asOfRule =
  "a revision (a whole number from 0), or an RFC 3339 time with an offset, such as 2026-11-23T10:00:00.000Z, on a day that exists"

/** Reads a point as it is written (contract/service-api §2, history); undefined for what is none. */
export const readAsOf = (text: string): AsOf | undefined => {
  if (/^\d+$/.test(text)) return { revision: Number(text) }
  const instant = parseQueryInstant(text)
  return instant === undefined ? undefined : { instant }
}

/**
 * The registration as it was then: the events up to there, and what they came to. After the last event it is as it is now; undefined before
 * the first. An event that nobody can read, or that is lost, is told of once the point has reached it.
 */
export const asOf = (loaded: Loaded, at: AsOf): Loaded | undefined => {
  const { events } = loaded
  const next = events.findIndex((event) =>
    "revision" in at ? event.revision > at.revision : Date.parse(event.recordedAt) > at.instant
  )
  // Of one whose beginning is lost nothing is known but how it is now.
  if (next < 0) return loaded
  const known = events.slice(0, next)
  const last = known.at(-1)
  return last && foldOnto(nothing, known, tipOf(last))
}
