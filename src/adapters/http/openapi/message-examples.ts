import type { MessageName, MessageOf } from "../../../application/messages/message-schemas.ts"
import { registrationExamples } from "./examples.ts"

const { id, attempt, partnerUserId, partnerUserIdType, labels } = registrationExamples.requested
const { submissionId, certificate } = registrationExamples.issued
const ofSubmission = { submissionId }

type State = MessageOf<MessageName>["data"]["state"]

/** A message of the imagined person of the other examples; `at` is its second. */
const example = <Name extends MessageName, More>(
  name: Name,
  revision: number,
  at: string,
  state: State,
  more: More
) => ({
  specversion: "1.0" as const,
  id: `01990a5e-8f4e-7c21-b0d4-9a1c3e5f7b${10 + revision}`,
  source: "/certificate-registrations" as const,
  type: `certreg.registration.${name}.v1` as const,
  subject: id,
  time: `2026-11-23T03:${at}Z`,
  datacontenttype: "application/json" as const,
  sequence: String(revision).padStart(10, "0"),
  correlationid: "01990a5e-8f4c-7d11-9c3e-5b2a7f6e4d10",
  tenant: "onboarding",
  data: { registrationId: id, attempt, partnerUserId, partnerUserIdType, state, labels, ...more }
})

/** One of each type: different fates of one registration. */
export const messageExamples = {
  requested: example("requested", 0, "00:02.117", "requested", {}),
  urls_issued: example("urls_issued", 2, "00:03.020", "awaiting_images", ofSubmission),
  image_uploaded: example("image_uploaded", 4, "01:40.870", "awaiting_images", {
    ...ofSubmission,
    document: "ktp" as const
  }),
  images_uploaded: example("images_uploaded", 7, "01:52.304", "ready_to_confirm", ofSubmission),
  confirmed: example("confirmed", 9, "01:53.440", "awaiting_verdict", ofSubmission),
  identity_verified: example("identity_verified", 11, "03:07.215", "identity_verified", ofSubmission),
  issued: example("issued", 13, "04:55.002", "issued", { ...ofSubmission, certificate }),
  rejected: example("rejected", 11, "03:07.215", "rejected", {
    ...ofSubmission,
    rejection: {
      reasonCode: "DUKCAPIL_REJECTED",
      verification: { nik: "FAIL", name: "PASS", dateOfBirth: "PASS", selfie: "PASS" } as const
    }
  }),
  failed: example("failed", 11, "03:07.215", "failed", { ...ofSubmission, failure: { reasonCode: "SYSTEM_ERROR" } }),
  withdrawn: example("withdrawn", 1, "05:11.000", "withdrawn", {}),
  expired: example("expired", 5, "59:59.000", "expired", ofSubmission),
  personal_data_erased: example("personal_data_erased", 14, "10:00.000", "issued", ofSubmission)
} as const satisfies { readonly [Name in MessageName]: MessageOf<Name> }
