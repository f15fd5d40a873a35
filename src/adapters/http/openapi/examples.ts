/** One imagined person, all through the document. */
const id = "953cc770-d1be-5846-a834-71fbe1c6e550"
const self = `/v1/registrations/${id}`
const requestId = "01990a5e-8f4c-7d11-9c3e-5b2a7f6e4d10"

export const requestExample = {
  partnerUserId: "user-42",
  partnerUserIdType: "ACME_USER_ID",
  applicant: {
    name: "Siti Rahmawati",
    nik: "3174096112900001",
    dateOfBirth: "1990-12-21",
    email: { address: "siti@example.id", verificationReferenceId: "otp-991" },
    phoneNumber: { number: "+62 812-3456-7890", verificationReferenceId: "otp-992" }
  },
  consents: [
    {
      entity: "Digi",
      type: "termsAndConditions",
      givenAt: "2026-11-23T10:00:00+07:00",
      documents: { id_ID: { url: "https://example.id/terms" } }
    }
  ],
  labels: { campaign: "onboarding-q4" }
}

const requested = {
  id,
  attempt: 1,
  state: "requested",
  revision: 0,
  partnerUserId: "user-42",
  partnerUserIdType: "ACME_USER_ID",
  labels: { campaign: "onboarding-q4" },
  requestedAt: "2026-11-23T03:00:02.117Z",
  updatedAt: "2026-11-23T03:00:02.117Z",
  documents: { ktp: { uploaded: false }, selfie: { uploaded: false } },
  personalData: "sealed",
  warnings: [],
  links: { self, ktp: `${self}/documents/ktp`, selfie: `${self}/documents/selfie`, events: `${self}/events` }
}

const submissionId = "8d0f5b8e-53c1-4f0a-9d54-0f6f8e2b7c31"
const image = {
  uploaded: true,
  sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  size: 48211,
  mediaType: "image/jpeg",
  via: "service",
  uploadedAt: "2026-11-23T03:01:40.870Z"
}
const uploadBefore = "2026-11-23T04:00:03.000Z"

const selfie = {
  ...image,
  sha256: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
  size: 61034,
  uploadedAt: "2026-11-23T03:01:52.304Z"
}

/** The resource as it is in the course of a registration. */
export const registrationExamples = {
  requested,
  withOneImage: {
    ...requested,
    state: "awaiting_images",
    revision: 4,
    updatedAt: image.uploadedAt,
    documents: { ktp: image, selfie: { uploaded: false } },
    submissionId,
    uploadBefore
  },
  withdrawn: { ...requested, state: "withdrawn", revision: 1, updatedAt: "2026-11-23T03:05:11.000Z" },
  readyToConfirm: {
    ...requested,
    state: "ready_to_confirm",
    revision: 5,
    updatedAt: selfie.uploadedAt,
    documents: {
      ktp: { ...image, via: "direct", uploadedAt: selfie.uploadedAt },
      selfie: { ...selfie, via: "direct" }
    },
    submissionId,
    uploadBefore
  },
  issued: {
    ...requested,
    state: "issued",
    revision: 10,
    updatedAt: "2026-11-23T03:04:55.002Z",
    documents: { ktp: image, selfie },
    submissionId,
    uploadBefore,
    certificate: { registrationId: "3d1f2c94-77a5-4a3e-8f5b-0d4b8d6d2f10", issuedAt: "2026-11-23T03:04:55.002Z" }
  }
}

const event = {
  stream: `registration-${id}`,
  version: 1,
  actor: { kind: "client", id: "onboarding" },
  correlationId: requestId
}
const firstHash = "5f2b51ca2fdc5baa31ec02e002f69aec5e4f4e6e5f4b3c1d2e0f9a8b7c6d5e4f"

export const historyExample = {
  registration: registrationExamples.withdrawn,
  events: [
    {
      ...event,
      id: "01990a5e-8f4e-7c21-b0d4-9a1c3e5f7b90",
      type: "Requested",
      revision: 0,
      recordedAt: requested.requestedAt,
      data: {
        tenant: "onboarding",
        partnerUserId: requested.partnerUserId,
        partnerUserIdType: requested.partnerUserIdType,
        attempt: 1,
        labels: requested.labels,
        personal: { keyId: "01990a5e-8f4d-7a10-8c3b-2d4e6f8a0b1c", nonce: "q83vEjRWeJCrze8S", box: "7x0mVQ==" },
        fingerprint: "b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78",
        warnings: []
      },
      previousHash: "0".repeat(64),
      hash: firstHash
    },
    {
      ...event,
      id: "01990a63-452f-7b02-8a6f-3c9d1e5f7a21",
      type: "Withdrawn",
      revision: 1,
      recordedAt: registrationExamples.withdrawn.updatedAt,
      data: { reason: "applicant_request" },
      previousHash: firstHash,
      hash: "c1dfd96eea8cc2b62785275bca38ac261256e278f0e5b1e0d3a2f4c5b6978810"
    }
  ]
}

const directImage = ({ sha256, size, mediaType }: typeof image) => ({ sha256, size, mediaType })
export const documentsExample = { ktp: directImage(image), selfie: directImage(selfie) }

export const uploadUrlsExample = {
  submissionId,
  expiresAt: "2026-11-23T04:00:03.000Z",
  documents: {
    ktp: { url: "https://storage.example/ktp?signature=8c1f" },
    selfie: { url: "https://storage.example/selfie?signature=8c1f" }
  }
}

export const callbackExample = {
  submissionId,
  status: "COMPLETED",
  result: "VALID"
}

export const readinessExample = {
  status: "ready",
  dependencies: { eventStore: "up", keys: "up", platform: "down", storage: "up", kafka: "off" },
  problems: [
    {
      dependency: "platform",
      operation: "poll",
      since: "2026-11-23T10:00:00.000Z",
      detail:
        "Polls have failed since 2026-11-23T10:00:00.000Z: 12 in a row, the last one at 2026-11-23T10:04:30.000Z with http_503. One at a time is tried, the next one at 2026-11-23T10:05:30.000Z."
    }
  ],
  history: { checkedTo: 1200, of: 48211, at: "2026-11-22T03:00:00.000Z" }
}

export const problemExample = { requestId }
