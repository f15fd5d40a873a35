import type { Message } from "../../src/application/ports/message.ts"
import type { Row } from "../../src/application/ports/views.ts"
import type { Registration } from "../../src/domain/registration/registration.ts"
import { newId } from "./stored-events.ts"

export const failed: Registration = {
  _tag: "Failed",
  request: {
    tenant: "acmé",
    partnerUserId: "user-42",
    partnerUserIdType: "ACME_USER_ID",
    attempt: 1,
    labels: { branch: "Menara “BCA” 𝄞" },
    personal: { keyId: "01939d5e-0000-7000-8000-000000000000", nonce: "AAAA", box: "BBBB" },
    fingerprint: "00",
    warnings: [{ code: "nik_region", path: "/applicant/nik" }]
  },
  requestedAt: 1_764_000_000_000,
  updatedAt: 1_764_000_000_001,
  endedAt: 1_764_000_000_001,
  erased: false,
  submissions: 1,
  failure: { reasonCode: "NOT_EKTP" }
}

export const newRow = (over: Partial<Row> = {}): Row => ({
  id: newId(),
  revision: 3,
  state: failed,
  reconciledIn: 0,
  ...over
})

export const newMessage = (position: number, tenant = "acmé", text = "naïve “text” 𝄞"): Message => ({
  position,
  registrationId: newId(),
  tenant,
  json: JSON.stringify({ position, text })
})
