/** A body with every field, at `now`; a new one for each call, so that a test may change it. */
export const sampleRequest = () => ({
  partnerUserId: "user-42",
  partnerUserIdType: "ACME_USER_ID",
  applicant: {
    name: "Siti Rahmawati",
    nik: "3174096112900001",
    dateOfBirth: "1990-12-21",
    email: { address: "siti@example.id", verificationReferenceId: "otp-991" },
    phoneNumber: { number: "+62 812-3456-7890", verificationReferenceId: "otp-992" }
  },
  locale: "en_ID",
  consents: [
    {
      entity: "Digi",
      type: "termsAndConditions",
      givenAt: "2026-11-23T17:00:00.000+07:00",
      documents: {
        id_ID: { url: "https://example.id/syarat", text: "Saya setuju:\r\n\t1. satu" },
        en_ID: { url: "https://example.id/terms", text: "I agree" }
      },
      device: {
        userAgent: "Mozilla/5.0 (X)",
        ip: "203.0.113.7",
        os: "Android 15",
        make: "Maker",
        model: "M-1",
        uniqueId: "dev-77",
        networkProvider: "Net",
        appId: "id.example",
        appVersion: "4.2.0"
      }
    }
  ],
  labels: { campaign: "onboarding-q4" },
  renew: true
})

export const now = Date.parse("2026-11-23T10:00:00.000Z")

type Json = { [key: string]: Json }

/** The body with another value at a path such as `consents[0].givenAt`; undefined leaves the field out. */
export const withField = (path: string, value: unknown, body: object = sampleRequest()): unknown => {
  const changed = structuredClone(body) as Json
  const segments = path.split(/[.[\]]+/).filter((segment) => segment !== "")
  const last = segments.pop() ?? ""
  const parent = segments.reduce<Json>((at, segment) => at[segment] as Json, changed)
  if (value === undefined) delete parent[last]
  else parent[last] = value as Json
  return changed
}
