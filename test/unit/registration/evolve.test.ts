import { describe, expect, it } from "vitest"
import type { RegistrationEvent } from "../../../src/domain/registration/events.ts"
import { evolve } from "../../../src/domain/registration/evolve.ts"
import { isEnded, isSettled } from "../../../src/domain/registration/registration.ts"
import { fold, second, start } from "../../support/given.ts"
import * as e from "../../support/registration-events.ts"

const { histories } = e
const at = Date.parse("2026-11-25T12:00:00.000Z")

/** Every event, where decisions put it, and what it makes of the registration (at `at`). */
const rows: ReadonlyArray<readonly [name: string, event: RegistrationEvent, before: e.HistoryName, after: object]> = [
  ["Requested", e.requested, "initial", { _tag: "Requested", requestedAt: at, submissions: 0, erased: false }],
  [
    "CallStarted for URLs",
    e.urlsClaimed(),
    "requested",
    { _tag: "Requested", urlsCall: { try: 0, owner: "p1", at, since: at } }
  ],
  [
    "CallStarted for an image",
    e.uploadClaimed("ktp", "k"),
    "awaiting",
    { _tag: "AwaitingImages", submission: { uploads: { ktp: { try: 1, owner: "p1", at, since: at, sha256: "k" } } } }
  ],
  [
    "CallStarted for the confirm",
    e.confirmClaimed(),
    "ready",
    {
      _tag: "ReadyToConfirm",
      confirmation: { claim: { try: 1, owner: "p1", sessionId: "confirm-1", at, since: at }, reports: [] }
    }
  ],
  [
    "UrlsIssued",
    e.urlsIssued(),
    "asking",
    {
      _tag: "AwaitingImages",
      submissions: 1,
      submission: { id: "s1", expiresAt: Date.parse("2026-11-30T10:00:00.000Z"), urls: e.sealed(), images: {} }
    }
  ],
  [
    "ImageUploaded",
    e.imageUploaded("selfie", "s"),
    "halfway",
    {
      _tag: "AwaitingImages",
      submission: { images: { selfie: { sha256: "s", size: 48_211, mediaType: "image/jpeg", via: "service", at } } }
    }
  ],
  ["ImagesUploaded", e.imagesUploaded(), "halfway", { _tag: "ReadyToConfirm" }],
  ["Confirmed", e.confirmed(), "confirming", { _tag: "AwaitingVerdict", confirmation: { confirmedAt: at } }],
  ["Confirmed late", e.confirmed("poll"), "withdrawnConfirming", { _tag: "Withdrawn", pending: { confirmedAt: at } }],
  [
    "ResultReported",
    e.reported("COMPLETED", "VALID"),
    "awaitingVerdict",
    { _tag: "AwaitingVerdict", confirmation: { reports: [{ status: "COMPLETED", result: "VALID" }] } }
  ],
  [
    "ResultReported late",
    e.reported("ERROR"),
    "withdrawnConfirmed",
    { _tag: "Withdrawn", pending: { reports: [{ status: "ERROR" }] } }
  ],
  [
    "IdentityVerified",
    { ...e.verified, verification: { nik: "PASS" } },
    "awaitingVerdict",
    { _tag: "IdentityVerified", verification: { nik: "PASS" } }
  ],
  [
    "CertificateIssued",
    e.issued,
    "identityVerified",
    { _tag: "Issued", certificate: { registrationId: "c1", issuedAt: at } }
  ],
  [
    "Rejected",
    e.rejected,
    "awaitingVerdict",
    { _tag: "Rejected", rejection: { reasonCode: "NOT_EKTP", verification: { nik: "FAIL" } } }
  ],
  [
    "Failed by a verdict",
    e.errorReported,
    "awaitingVerdict",
    { _tag: "Failed", failure: { reasonCode: "SYSTEM_ERROR" } }
  ],
  [
    "Failed by a refusal",
    e.confirmRefused,
    "confirming",
    { _tag: "Failed", failure: { reasonCode: "CAUSE", platformCode: "1653" } }
  ],
  ["Failed by us", e.givenUp, "confirming", { _tag: "Failed", pending: { claim: { owner: "p1" } } }],
  [
    "Withdrawn",
    e.withdrawn,
    "awaitingVerdict",
    { _tag: "Withdrawn", reason: "applicant_request", endedAt: at, submission: { id: "s1" } }
  ],
  ["Expired", e.expired, "halfway", { _tag: "Expired", submission: { id: "s1" } }],
  ["PersonalDataErased", e.erased, "issued", { _tag: "Issued", erased: true }],
  [
    "HoldPlaced",
    e.holdPlaced(2, "audit"),
    "issued",
    { _tag: "Issued", hold: { reason: "audit", until: start + 2 * 86_400_000 } }
  ],
  ["ErasureRequested", e.erasureRequested, "issued", { _tag: "Issued", erased: false, erasureRequested: { at } }]
]

describe("an event", () => {
  it.each(rows)("%s", (_, event, before, after) => {
    const state = evolve(fold(histories[before]), event, at)
    expect(state).toMatchObject(after)
    expect(state).toMatchObject({ updatedAt: at })
  })

  it("keeps when it all began, and who for", () => {
    for (const name of e.historyNames.filter((name) => name !== "initial")) {
      const state = fold(histories[name])
      expect(state).toMatchObject({
        requestedAt: start,
        updatedAt: start + (histories[name].length - 1) * second,
        request: { partnerUserId: "user-42", attempt: 1 }
      })
    }
  })

  it("that no decision makes changes nothing but the time", () => {
    expect(evolve(fold([]), e.issued, at)).toEqual(fold([]))
    for (const [name, event] of [
      ["awaiting", e.requested],
      ["ready", e.urlsIssued(2)],
      ["requested", e.confirmClaimed()],
      ["ready", e.confirmed()],
      ["expired", e.issued],
      ["issued", e.withdrawn],
      ["rejected", e.expired],
      ["confirmRefused", e.reported("COMPLETED")]
    ] as const)
      expect(evolve(fold(histories[name]), event, at)).toEqual({ ...fold(histories[name]), updatedAt: at })
  })
})

describe("a URL call that is out", () => {
  it.each([
    ["withdrawn", [...histories.asking, e.withdrawn]],
    ["given up", histories.givenUpAsking],
    ["refused in a repeat", histories.urlsRefused],
    ["expired", [...histories.renewing, e.expired]]
  ] as const)("is not forgotten at the end: %s", (_, history) => {
    expect(fold(history)).toMatchObject({ urlsCall: { owner: "p1" } })
  })

  it("is over with its outcome", () => {
    expect(fold([...histories.awaiting, e.withdrawn])).not.toHaveProperty("urlsCall")
  })
})

describe("ended and settled", () => {
  const pending = ["givenUp", "withdrawnConfirming", "withdrawnConfirmed", "withdrawnHidden"]
  const open = e.historyNames.slice(0, e.historyNames.indexOf("identityVerified") + 1)

  it.each(e.historyNames)("%s", (name) => {
    const state = fold(histories[name])
    expect(isEnded(state)).toBe(!open.includes(name))
    expect(isSettled(state)).toBe(!open.includes(name) && !pending.includes(name))
  })
})
