import { randomUUID } from "node:crypto"

/** A body that is right, of a user of its own. */
export const registrationRequest = (fields: Record<string, unknown> = {}) => ({
  partnerUserId: `user-${randomUUID()}`,
  applicant: {
    name: "Siti Rahmawati",
    nik: "3174096112900001",
    dateOfBirth: "1990-12-21",
    email: { address: "siti@example.id", verificationReferenceId: "otp-991" }
  },
  consents: [
    {
      entity: "Digi",
      type: "termsAndConditions",
      givenAt: "2026-01-23T10:00:00.000Z",
      documents: { id_ID: { text: "Saya setuju." } }
    }
  ],
  ...fields
})
