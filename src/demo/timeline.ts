import { dim } from "./paint.ts"
import type { HistoryEvent, Resource } from "./partner.ts"

/** What a registration came to, in a few words. */
export const outcome = ({ state, certificate, rejection, failure }: Resource): string => {
  if (certificate) return `${state}, certificate ${certificate.registrationId}`
  const reason = rejection?.reasonCode ?? failure?.reasonCode
  return reason ? `${state}, ${reason}` : state
}

/** One line an event: when, what, by whom. */
export const timeline = (events: ReadonlyArray<HistoryEvent>): string => {
  const start = Date.parse(events[0]?.recordedAt ?? "")
  return events
    .map(({ type, recordedAt, actor, data }) => {
      const since = `+${((Date.parse(recordedAt) - start) / 1000).toFixed(3)} s`
      const who = actor.kind === "client" ? `client ${actor.id}` : actor.kind
      return `  ${dim(since.padStart(10))}  ${type.padEnd(18)} ${about(data).padEnd(34)} ${dim(who)}`
    })
    .join("\n")
}

const about = (data: HistoryEvent["data"]): string =>
  ["call", "document", "status", "knownBy", "reasonCode", "reason"].flatMap((key) => data[key] ?? []).join(" ")
