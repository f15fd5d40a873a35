import { describe, expect, it } from "vitest"
import { type Shown, toResource } from "../../../src/adapters/http/answer/resource.ts"
import { erasedExample } from "../../../src/adapters/http/openapi/audit-examples.ts"
import type { StoredEvent } from "../../../src/application/ports/event-store.ts"
import type { KeyState } from "../../../src/application/ports/tombstones.ts"
import type { RegistrationEvent } from "../../../src/domain/registration/events.ts"
import { evolve } from "../../../src/domain/registration/evolve.ts"
import { initial, type State } from "../../../src/domain/registration/registration.ts"

const day = 24 * 3_600_000
const began = Date.parse("2026-11-23T10:00:00.000Z")
const id = "953cc770-d1be-5846-a834-71fbe1c6e550"
const submissionId = "0b9d1c52-0000-4000-8000-000000000001"
const sealed = { keyId: "key", nonce: "bm9uY2U=", box: "c2VjcmV0LWJveA==" }
const claim = { try: 0, sessionId: "session", owner: "us" }

const requested: RegistrationEvent = {
  _tag: "Requested",
  tenant: "north",
  partnerUserId: "user-42",
  partnerUserIdType: "ACME_USER_ID",
  attempt: 1,
  labels: { campaign: "q4" },
  personal: sealed,
  fingerprint: "f".repeat(64),
  idempotencyKey: "k".repeat(64),
  warnings: [{ code: "nik_birth_date_mismatch", path: "applicant.dateOfBirth" }]
}
const urlsIssued: RegistrationEvent = {
  _tag: "UrlsIssued",
  submissionId,
  expiresAt: "2026-11-24T10:00:00Z",
  urls: sealed
}
const image = (document: "ktp" | "selfie"): RegistrationEvent => ({
  _tag: "ImageUploaded",
  submissionId,
  document,
  sha256: document === "ktp" ? "a".repeat(64) : "b".repeat(64),
  size: 48_211,
  mediaType: "image/jpeg",
  via: "service"
})
const awaitingVerdict: ReadonlyArray<RegistrationEvent> = [
  requested,
  urlsIssued,
  image("ktp"),
  image("selfie"),
  { _tag: "ImagesUploaded", submissionId },
  { _tag: "CallStarted", call: "confirm", ...claim, try: 1 },
  { _tag: "Confirmed", submissionId, knownBy: "answer" }
]

/** What is shown after events that came a second apart. */
const shownAfter = (...events: ReadonlyArray<RegistrationEvent>): Shown => {
  const state = events.reduce<State>((state, event, i) => evolve(state, event, began + 1000 * i), initial)
  if (state._tag === "Initial") throw new Error("no registration")
  return { id, state, revision: events.length - 1 }
}
const resourceAfter = (...events: ReadonlyArray<RegistrationEvent>) => toResource(shownAfter(...events), 30 * day)

describe("the resource", () => {
  it("of a request", () => {
    expect(resourceAfter(requested)).toEqual({
      id,
      attempt: 1,
      state: "requested",
      revision: 0,
      partnerUserId: "user-42",
      partnerUserIdType: "ACME_USER_ID",
      labels: { campaign: "q4" },
      requestedAt: "2026-11-23T10:00:00.000Z",
      updatedAt: "2026-11-23T10:00:00.000Z",
      documents: { ktp: { uploaded: false }, selfie: { uploaded: false } },
      personalData: "sealed",
      warnings: [{ code: "nik_birth_date_mismatch", path: "applicant.dateOfBirth" }],
      links: {
        self: `/v1/registrations/${id}`,
        ktp: `/v1/registrations/${id}/documents/ktp`,
        selfie: `/v1/registrations/${id}/documents/selfie`,
        events: `/v1/registrations/${id}/events`
      }
    })
  })

  it("with URLs and an image", () => {
    expect(resourceAfter(requested, urlsIssued, image("selfie"))).toMatchObject({
      state: "awaiting_images",
      submissionId,
      uploadBefore: "2026-11-24T10:00:00.000Z",
      updatedAt: "2026-11-23T10:00:02.000Z",
      documents: {
        ktp: { uploaded: false },
        selfie: {
          uploaded: true,
          sha256: "b".repeat(64),
          size: 48_211,
          mediaType: "image/jpeg",
          via: "service",
          uploadedAt: "2026-11-23T10:00:02.000Z"
        }
      }
    })
  })

  it("names the end of the upload window when that comes before the URLs' end", () => {
    const { uploadBefore } = toResource(shownAfter(requested, urlsIssued), 3_600_000)
    expect(uploadBefore).toBe("2026-11-23T11:00:00.000Z")
  })

  it("of a certificate", () => {
    const issued: RegistrationEvent = { _tag: "CertificateIssued", submissionId, certificateRegistrationId: "cert-1" }
    const shown = resourceAfter(...awaitingVerdict, issued)
    expect(shown).toMatchObject({ state: "issued", certificate: { registrationId: "cert-1" } })
    expect(shown.certificate).toEqual({ registrationId: "cert-1", issuedAt: shown.updatedAt })
    expect(resourceAfter(...awaitingVerdict, { _tag: "CertificateIssued", submissionId }).certificate).toEqual({
      issuedAt: shown.updatedAt
    })
  })

  it("of a rejection and of a failure", () => {
    const verification = { nik: "FAIL", name: "PASS" } as const
    const rejected: RegistrationEvent = { _tag: "Rejected", submissionId, reasonCode: "FRAUD_REJECT", verification }
    expect(resourceAfter(...awaitingVerdict, rejected)).toMatchObject({
      state: "rejected",
      rejection: { reasonCode: "FRAUD_REJECT", verification }
    })
    const failed: RegistrationEvent = {
      _tag: "Failed",
      by: "refusal",
      reasonCode: "platform_refused",
      platformCode: "900"
    }
    expect(resourceAfter(requested, failed)).toMatchObject({
      state: "failed",
      failure: { reasonCode: "platform_refused", platformCode: "900" }
    })
  })

  it("after an end shows that the verdict is pending, then the verdict; the state stays", () => {
    const withdrawn: RegistrationEvent = { _tag: "Withdrawn", reason: "other" }
    expect(resourceAfter(...awaitingVerdict, withdrawn)).toMatchObject({ state: "withdrawn", verdictPending: true })
    const late = (event: RegistrationEvent) => resourceAfter(...awaitingVerdict, withdrawn, event)
    expect(late({ _tag: "CertificateIssued", submissionId })).toMatchObject({ state: "withdrawn", certificate: {} })
    expect(late({ _tag: "Rejected", submissionId, reasonCode: "NOT_EKTP" })).toMatchObject({
      state: "withdrawn",
      rejection: { reasonCode: "NOT_EKTP" }
    })
    const error = late({ _tag: "Failed", submissionId, by: "verdict", reasonCode: "SYSTEM_ERROR" })
    expect(error).toMatchObject({ state: "withdrawn", failure: { reasonCode: "SYSTEM_ERROR" } })
    expect(error).not.toHaveProperty("verdictPending")
    expect(resourceAfter(requested, withdrawn)).not.toHaveProperty("verdictPending")
  })

  it("after an erasure has the receipt, once the key is destroyed", () => {
    const shown = shownAfter(
      requested,
      { _tag: "Withdrawn", reason: "other" },
      { _tag: "PersonalDataErased", reason: "r" }
    )
    const erased = toResource(shown, day)
    expect(erased).toMatchObject({ state: "withdrawn", personalData: "erased" })
    const { erasure } = erasedExample
    const without: ReadonlyArray<KeyState> = [{ _tag: "Present" }, { _tag: "Missing" }, { _tag: "Destroyed" }]
    for (const key of without) expect(toResource({ ...shown, key }, day)).toEqual(erased)
    expect(toResource({ ...shown, key: { _tag: "Destroyed", receipt: erasure } }, day)).toEqual({ ...erased, erasure })
  })

  it("tells of a key that is missing, unless an event cannot be read", () => {
    const shown: Shown = { ...shownAfter(requested), key: { _tag: "Missing" } }
    expect(toResource(shown, day).attention).toEqual({ reason: "key_missing" })
    const unreadable = toResource({ ...shown, unreadable: { revision: 1 } }, day)
    expect(unreadable.attention).toMatchObject({ reason: "unreadable_event" })
  })

  it("shows a hold while it stands", () => {
    const placed: RegistrationEvent = { _tag: "HoldPlaced", reason: "Case 12", until: "2027-06-30T17:00:00.000Z" }
    const hold = { reason: "Case 12", until: "2027-06-30T17:00:00.000Z" }
    expect(resourceAfter(requested, placed).hold).toEqual(hold)
    const asked = resourceAfter(requested, placed, { _tag: "ErasureRequested" })
    expect(asked.hold).toEqual({ ...hold, erasureRequested: true })
    expect(resourceAfter(requested, placed, { _tag: "HoldEnded" })).not.toHaveProperty("hold")
  })

  it.each([
    ["this version cannot read", "2026-11-24T00:00:00.000Z", "2026-11-24T00:00:00.000Z"],
    ["has no time that can be read: since the one before it", "yesterday", resourceAfter(requested).updatedAt]
  ])("before an event that %s", (_, recordedAt, since) => {
    const event = { revision: 1, recordedAt } as StoredEvent
    const unreadable = { _tag: "UnreadableEvent", stream: "s", revision: 1, storedName: "New.v9" } as const
    const shown = toResource({ ...shownAfter(requested), revision: 1, events: [event], unreadable }, day)
    expect(shown).toMatchObject({
      state: "requested",
      revision: 1,
      attention: { reason: "unreadable_event", since }
    })
  })

  it("never shows ciphertext, hashed keys, null or undefined", () => {
    const text = JSON.stringify(resourceAfter(...awaitingVerdict))
    for (const hidden of [sealed.box, sealed.keyId, "k".repeat(64), "f".repeat(64), "null", "tenant"])
      expect(text).not.toContain(hidden === "key" ? '"key"' : hidden)
    expect(JSON.parse(text)).toEqual(resourceAfter(...awaitingVerdict))
  })
})
