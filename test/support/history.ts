import { createHash } from "node:crypto"
import { expect } from "vitest"
import type { History, HistoryEvent } from "./api.ts"
import { rfc8785, uuid5 } from "./rfc.ts"

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")

/** From epoch 1 on that is part of it. */
export const sessionOf = (id: string, call: string, n: number, epoch = 0) =>
  uuid5("b1f4f0c2-2a43-4f0e-8d0a-6f2f7f1f5d10", JSON.stringify([id, call, n, ...(epoch === 0 ? [] : [epoch])]))

/** Who does what (design: the registration's events). */
const actors: Record<string, string | ReadonlyArray<string>> = {
  Requested: "client",
  UrlsIssued: "process",
  UrlsRanOut: "process",
  ImageUploaded: "client",
  ImagesUploaded: "client",
  Confirmed: "process",
  NotConfirmed: "process",
  AttentionRaised: "process",
  ResultReported: "platform",
  IdentityVerified: "process",
  CertificateIssued: "process",
  Rejected: "process",
  Failed: "process",
  // What was asked for during a hold is done when it ends.
  Withdrawn: ["client", "process"],
  Expired: "process",
  HoldPlaced: "client",
  HoldEnded: ["client", "process"],
  ErasureRequested: "client",
  PersonalDataErased: ["client", "process"]
}
const onlyOnce = [
  ...["Requested", "Confirmed", "NotConfirmed", "IdentityVerified", "Withdrawn", "Expired"],
  ...["ErasureRequested", "PersonalDataErased"]
]
const verdicts = ["CertificateIssued", "Rejected"]

const checkChain = (id: string, events: ReadonlyArray<HistoryEvent>) => {
  const ids = events.map((event) => event.id)
  expect(new Set(ids).size).toBe(ids.length)
  let previousHash = "0".repeat(64)
  for (const [revision, event] of events.entries()) {
    const { hash, ...content } = event
    expect(content).toMatchObject({ stream: `registration-${id}`, revision, version: 1, previousHash })
    expect(hash).toBe(sha256(rfc8785(content)))
    previousHash = hash
  }
}

const checkOrigins = (events: ReadonlyArray<HistoryEvent>) => {
  for (const [n, event] of events.entries()) {
    const before = events[n - 1]
    expect(event.correlationId).toBe(events[0]?.correlationId)
    expect(event.recordedAt >= (before?.recordedAt ?? "")).toBe(true)
    const isUpload = event.type === "CallStarted" && event.data["call"] === "upload"
    const expected = event.type === "CallStarted" ? (isUpload ? "client" : "process") : (actors[event.type] ?? [])
    expect([expected].flat().map((kind) => `${event.type} by ${kind}`)).toContain(
      `${event.type} by ${event.actor.kind}`
    )
    // The event last read; events of one append have the same one.
    if (event.actor.kind === "client") expect(event.causationId).toBeUndefined()
    else expect([before?.id, before?.causationId]).toContain(event.causationId)
  }
}

const checkClaims = (id: string, events: ReadonlyArray<HistoryEvent>, epochs: ReadonlyArray<number>) => {
  let issued = 0
  for (const [n, { type, data }] of events.entries()) {
    const claimed = (claim: object) =>
      expect(events.slice(0, n).filter((event) => event.type === "CallStarted")).toContainEqual(
        expect.objectContaining({ data: expect.objectContaining(claim) })
      )
    if (type === "CallStarted") {
      const { call, try: round, sessionId } = data
      expect(round).toBe(issued)
      expect(epochs.map((epoch) => sessionOf(id, String(call), issued, epoch))).toContain(sessionId)
    }
    if (type === "UrlsIssued") claimed({ call: "urls", try: issued++ })
    if (type === "ImageUploaded") {
      const { document, sha256, submissionId, via } = data
      // What went to the storage directly is the caller's word.
      if (via === "service") claimed({ call: "upload", document, sha256, submissionId })
    }
    if (type === "Confirmed") claimed({ call: "confirm", try: issued })
  }
}

const internal = [
  ...["CallStarted", "UrlsRanOut", "ResultReported", "NotConfirmed", "AttentionRaised"],
  ...["HoldPlaced", "HoldEnded", "ErasureRequested"]
]

/** The types of the events that others are told of, in order. */
export const publicTypes = ({ events }: History): ReadonlyArray<string> =>
  events.map(({ type }) => type).filter((type) => !internal.includes(type))

/** Everything that holds of any history (contract/service-api §2), of a log with these epochs. */
export const checkHistory = ({ registration, events }: History, epochs: ReadonlyArray<number> = [0]): void => {
  const types = events.map(({ type }) => type)
  expect(types[0]).toBe("Requested")
  expect(registration.revision).toBe(events.length - 1)
  for (const type of onlyOnce) expect(types.filter((one) => one === type).length, type).toBeLessThanOrEqual(1)
  expect(types.filter((type) => verdicts.includes(type)).length).toBeLessThanOrEqual(1)
  checkChain(registration.id, events)
  checkOrigins(events)
  checkClaims(registration.id, events, epochs)
}
