import { hash } from "node:crypto"
import { Result } from "effect"
import { registrationOf } from "../../src/application/history/ids.ts"
import { decodeEvent } from "../../src/domain/registration/event-codec.ts"
import type { RegistrationEvent } from "../../src/domain/registration/events.ts"
import { evolve } from "../../src/domain/registration/evolve.ts"
import { initial, isEnded, isSettled, type State } from "../../src/domain/registration/registration.ts"
import { checkKeeping } from "./check-erasing.ts"
import type { Stamp } from "./memory-log.ts"
import type { Word } from "./platform.ts"
import { pace } from "./process.ts"
import type { World } from "./world.ts"

export type Told = Stamp & { readonly event: RegistrationEvent; readonly recordedAt: number }
export type Replayed = { state: State; readonly events: Array<Told>; readonly hashes: Array<string> }

/** Milliseconds: both ends of the upload window were read from clocks that may be wrong by five minutes. */
const windowAtLeast = pace.uploadWindow - 10 * 60_000
const onlyOnce: ReadonlySet<string> = new Set([
  "Requested",
  "ImagesUploaded",
  "Confirmed",
  "NotConfirmed",
  "IdentityVerified",
  "Withdrawn",
  "Expired"
])

/** The verdict that an event tells. */
export const verdictOf = (event: RegistrationEvent): Word | undefined => {
  if (event._tag === "CertificateIssued") return "VALID"
  if (event._tag === "Rejected") return "INVALID"
  return event._tag === "Failed" && event.by === "verdict" ? "ERROR" : undefined
}

/** Every stream as its events tell it, in the order of the log, and what must hold after each of them. */
export const replay = (world: World): ReadonlyMap<string, Replayed> => {
  const registrations = new Map<string, Replayed>()
  const unsettled = new Map<string, Set<string>>()
  for (const entry of world.log.entries) {
    const { stream, revision, stamp } = entry
    const id = registrationOf(stream)
    if (id === undefined) continue
    const known: Replayed = registrations.get(stream) ?? { state: initial, events: [], hashes: [] }
    registrations.set(stream, known)
    const predecessor = known.hashes.at(-1) ?? "0".repeat(64)
    const isLinked = entry.previousHash === predecessor && revision === known.hashes.length
    if (hash("sha256", entry.bytes) !== entry.hash || !isLinked) world.breaks("chain", `${stream} ${revision}`)
    known.hashes.push(entry.hash)
    const decoded = decodeEvent(entry, entry)
    if (Result.isFailure(decoded)) {
      world.breaks("unreadable", `${stream} ${revision}`)
      continue
    }
    const event = decoded.success
    const state = evolve(known.state, event, Date.parse(entry.recordedAt))
    if (isEnded(known.state) && state._tag !== known.state._tag) world.breaks("ended_and_changed", stream)
    const told = { event, ...stamp, recordedAt: Date.parse(entry.recordedAt) }
    known.events.push(told)
    checkKeeping(world, id, known.state, known.events, told)
    known.state = state
    checkEvent(world, known.events, event)
    if (event._tag === "Expired") checkExpiry(world, known.events, stamp)
    if (state._tag === "Initial") continue
    const user = state.request.partnerUserId
    const open = unsettled.get(user) ?? new Set()
    unsettled.set(user, open)
    if (isSettled(state)) open.delete(stream)
    else open.add(stream)
    if (open.size > 1) world.breaks("two_open_registrations", user)
  }
  return registrations
}

/** What moves a registration is what the platform itself said: to a poll, or as the answer of the confirmation. */
const checkEvent = (world: World, events: ReadonlyArray<Told>, event: RegistrationEvent): void => {
  const { platform } = world
  const breaks = (rule: string) => world.breaks(rule, event._tag)
  const word = event._tag === "IdentityVerified" ? "PARTIALLY_COMPLETED" : verdictOf(event)
  if (word && "submissionId" in event && !platform.said.has(`${event.submissionId} ${word}`))
    breaks("moved_without_the_platforms_word")
  if (event._tag === "Confirmed" && platform.of(event.submissionId)?.confirmedBy === undefined)
    breaks("never_confirmed")
  if (onlyOnce.has(event._tag) && events.filter((told) => told.event._tag === event._tag).length > 1) breaks("twice")
  if (verdictOf(event) && events.filter((told) => verdictOf(told.event)).length > 1) breaks("two_verdicts")
}

const checkExpiry = (world: World, [requested]: ReadonlyArray<Told>, { at, wasRight }: Stamp): void => {
  if (!wasRight) world.breaks("expired_by_a_wrong_clock", "")
  // When it was requested is told by our clock alone.
  if (requested?.isRight && at - requested.at < windowAtLeast) world.breaks("expired_too_early", "")
}
