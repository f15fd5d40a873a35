import { describe, it } from "@effect/vitest"
import { expect } from "vitest"
import { toResource } from "../../../src/adapters/http/answer/resource.ts"
import { messageNames } from "../../../src/application/messages/message-schemas.ts"
import type { RegistrationEvent } from "../../../src/domain/registration/events.ts"
import { isSettled, type Registration } from "../../../src/domain/registration/registration.ts"
import { fold } from "../../support/given.ts"
import { eventsOf, moves, play } from "../../support/played-histories.ts"
import { messagesOf, nameOf, readMessage } from "../../support/public-messages.ts"
import * as a from "../../support/registration-events.ts"

const id = "953cc770-d1be-5846-a834-71fbe1c6e550"
const told = (...events: ReadonlyArray<RegistrationEvent>) =>
  messagesOf(id, events).map(({ json }) => readMessage(json))
const last = (...events: ReadonlyArray<RegistrationEvent>) => told(...events).at(-1)

const common = {
  registrationId: id,
  attempt: 1,
  partnerUserId: "user-42",
  partnerUserIdType: "ACME_USER_ID",
  labels: { campaign: "q4" }
}
const { awaitingVerdict, confirming } = a.histories

describe("a public message", () => {
  it("is a CloudEvent with the bytes that the contract shows", () => {
    const [first, second] = messagesOf(id, a.histories.awaiting)
    const { id: eventId, correlationid } = readMessage(first?.json ?? "")
    expect(first).toEqual({
      position: 1,
      registrationId: id,
      tenant: "acme",
      json: `{"specversion":"1.0","id":"${eventId}","source":"/certificate-registrations","type":"certreg.registration.requested.v1","subject":"${id}","time":"2026-11-25T10:00:00.000Z","datacontenttype":"application/json","sequence":"0000000000","correlationid":"${correlationid}","tenant":"acme","data":{"registrationId":"${id}","attempt":1,"partnerUserId":"user-42","partnerUserIdType":"ACME_USER_ID","state":"requested","labels":{"campaign":"q4"}}}`
    })
    // Names of attributes are lower-case letters and digits.
    for (const name of Object.keys(JSON.parse(first?.json ?? ""))) expect(name).toMatch(/^[a-z0-9]{1,20}$/)
    // The claim between them is internal: a gap.
    expect(readMessage(second?.json ?? "")).toMatchObject({ sequence: "0000000002", correlationid })
  })

  it.each<[type: string, events: ReadonlyArray<RegistrationEvent>, data: object]>([
    ["urls_issued", a.histories.awaiting, { state: "awaiting_images", submissionId: "s1" }],
    ["image_uploaded", a.histories.halfway, { state: "awaiting_images", submissionId: "s1", document: "ktp" }],
    ["images_uploaded", a.histories.ready, { state: "ready_to_confirm", submissionId: "s1" }],
    ["confirmed", awaitingVerdict, { state: "awaiting_verdict", submissionId: "s1" }],
    ["identity_verified", a.histories.identityVerified, { state: "identity_verified", submissionId: "s1" }],
    [
      "issued",
      a.histories.issued,
      {
        state: "issued",
        submissionId: "s1",
        certificate: { registrationId: "c1", issuedAt: "2026-11-25T10:00:10.000Z" }
      }
    ],
    [
      "rejected",
      a.histories.rejected,
      {
        state: "rejected",
        submissionId: "s1",
        rejection: { reasonCode: "NOT_EKTP", verification: { nik: "FAIL" } }
      }
    ],
    ["failed", a.histories.urlsRefused, { state: "failed", failure: { reasonCode: "CAUSE" } }],
    [
      "failed",
      a.histories.confirmRefused,
      { state: "failed", submissionId: "s1", failure: { reasonCode: "CAUSE", platformCode: "1653" } }
    ],
    [
      "failed",
      a.histories.givenUp,
      { state: "failed", submissionId: "s1", failure: { reasonCode: "platform_unreachable" } }
    ],
    ["withdrawn", a.histories.withdrawnEarly, { state: "withdrawn" }],
    ["withdrawn", a.histories.withdrawnAwaiting, { state: "withdrawn", submissionId: "s1" }],
    ["expired", a.histories.expired, { state: "expired", submissionId: "s1" }],
    ["personal_data_erased", a.histories.erased, { state: "withdrawn", submissionId: "s1" }]
  ])("%s says what it is about", (type, events, data) => {
    expect(last(...events)).toMatchObject({ type: `certreg.registration.${type}.v1` })
    expect(last(...events)?.data).toEqual({ ...common, ...data })
  })

  it.each<[verdict: string, event: RegistrationEvent, more: object]>([
    ["issued", { ...a.issued }, { certificate: { registrationId: "c1", issuedAt: expect.any(String) } }],
    ["rejected", a.rejected, { rejection: { reasonCode: "NOT_EKTP", verification: { nik: "FAIL" } } }],
    ["failed", a.errorReported, { failure: { reasonCode: "SYSTEM_ERROR" } }]
  ])("a verdict after the end, %s, is told with the state that stays", (type, event, more) => {
    for (const [state, events] of [
      ["withdrawn", [...awaitingVerdict, a.withdrawn, event]],
      ["failed", [...confirming, a.givenUp, event]]
    ] as const) {
      expect(last(...events)?.type).toBe(`certreg.registration.${type}.v1`)
      expect(last(...events)?.data).toEqual({ ...common, state, submissionId: "s1", ...more })
    }
  })

  it("has nothing in place of what the platform did not say", () => {
    const bare = (event: RegistrationEvent) => messagesOf(id, [...awaitingVerdict, event]).at(-1)?.json
    expect(bare({ _tag: "CertificateIssued", submissionId: "s1" })).toContain(
      '"certificate":{"issuedAt":"2026-11-25T10:00:10.000Z"}}}'
    )
    expect(bare({ _tag: "Rejected", submissionId: "s1" })).toContain('"rejection":{}}}')
    expect(bare({ _tag: "Failed", submissionId: "s1", by: "verdict" })).toContain('"failure":{}}}')
  })

  it("is there for every public type, in some history", () => {
    const names = Object.values(a.histories).flatMap((events) => told(...events).map(nameOf))
    expect([...new Set(names)].sort()).toEqual([...messageNames].sort())
  })

  it.prop(
    "fits its schema in any history, shows what the resource shows, and holds nothing sealed",
    [moves],
    ([all]) => {
      const events = eventsOf(play(all))
      const messages = messagesOf(id, events)
      for (const { json } of messages) {
        expect(json).not.toMatch(/null|undefined|keyId|nonce|fingerprint|sha256/)
        readMessage(json)
      }
      expect(new Set(messages.map(({ position }) => position)).size).toBe(messages.length)
      const state = fold(events)
      if (state._tag === "Initial" || !isSettled(state)) return
      const shown = toResource({ id, state: state as Registration, revision: events.length - 1 }, 1000)
      const said = Object.assign({}, ...messages.map(({ json }) => readMessage(json).data))
      expect({ state: said.state, certificate: said.certificate, rejection: said.rejection }).toEqual({
        state: shown.state,
        certificate: shown.certificate,
        rejection: shown.rejection
      })
    },
    { arbitrary: { runs: 200, size: 60 } }
  )
})
