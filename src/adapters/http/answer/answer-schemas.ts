import { Schema } from "effect"
import { MediaType, Verification, Warning } from "../../../domain/registration/events.ts"
import { stateNames } from "../../../domain/registration/registration.ts"
import { codes } from "./problem-codes.ts"

const optional = Schema.optionalKey
const told = (description: string, format?: string) =>
  Schema.String.annotate({ description, ...(format === undefined ? {} : { format }) })
const time = (description: string) => told(`${description} RFC 3339, UTC, with milliseconds.`, "date-time")
const uuid = (description: string) => told(description, "uuid")
const count = (description: string) => Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)).annotate({ description })
const flag = (description: string) => Schema.Boolean.annotate({ description })
const oneOf = <const Words extends ReadonlyArray<string>>(words: Words, description: string) =>
  Schema.Literals(words).annotate({ description })

const states = Object.values(stateNames)

const Image = Schema.Struct({
  uploaded: flag("The image is at the platform's storage."),
  sha256: optional(told("Hex SHA-256 of the image; of one that went there directly it is the caller's word.")),
  size: optional(count("Bytes.")),
  mediaType: optional(MediaType),
  via: optional(oneOf(["service", "direct"], "Through this service, or directly to the storage.")),
  uploadedAt: optional(time("When it was recorded."))
}).annotate({ identifier: "Image" })

const Erasure = Schema.Struct({
  registrationId: uuid("The registration."),
  erasedAt: time("When the erasure was recorded."),
  erasedBy: told("The client that asked for it; process where nobody did."),
  keyFingerprint: optional(
    told("Hex SHA-256 that the destroyed key is known by; absent when there was none any more.")
  ),
  eventHash: told("Of the event PersonalDataErased."),
  signature: told("Ed25519 over the RFC 8785 form of the other members but publicKey, base64url."),
  publicKey: told("Base64 of its SPKI form.")
}).annotate({ identifier: "Erasure", description: "The receipt of an erasure, signed once." })

const links = { self: Schema.String, ktp: Schema.String, selfie: Schema.String, events: Schema.String }

/** The resource that every call about one registration answers with (contract/service-api §2). */
export const Registration = Schema.Struct({
  id: uuid("Follows from the partner user and the attempt."),
  attempt: count("Counts the attempts of a partner user, from 1."),
  state: oneOf(states, "The last five are ends."),
  revision: count("Counts the events, from 0; also the ETag."),
  partnerUserId: told("The caller's own id of its user."),
  partnerUserIdType: Schema.String,
  labels: Schema.Record(Schema.String, Schema.String),
  requestedAt: time("When it was accepted."),
  updatedAt: time("When its last event was recorded."),
  documents: Schema.Struct({ ktp: Image, selfie: Image }),
  submissionId: optional(told("The platform's id, once the upload URLs were issued.")),
  uploadBefore: optional(time("Until then the images can be handed in with the present URLs.")),
  certificate: optional(
    Schema.Struct({
      registrationId: optional(told("The certificate's registration at the platform.")),
      issuedAt: time("When it was recorded.")
    })
  ),
  rejection: optional(
    Schema.Struct({
      reasonCode: optional(told("The platform's word.")),
      verification: optional(Verification)
    })
  ),
  failure: optional(
    Schema.Struct({
      reasonCode: optional(told("Upper case is the platform's word, lower case ours.")),
      platformCode: optional(Schema.String)
    })
  ),
  verdictPending: optional(flag("It ended while the verdict on its confirmation is unknown.")),
  attention: optional(
    Schema.Struct({
      reason: told("Why an operator has to look."),
      since: optional(time("Since then."))
    })
  ),
  personalData: oneOf(["sealed", "erased"], "Whether the personal data is still there, encrypted."),
  erasure: optional(Erasure),
  hold: optional(
    Schema.Struct({
      reason: told("Why the personal data is kept."),
      until: time("When the hold ends by itself."),
      erasureRequested: optional(flag("An erasure was asked for, and is carried out when the hold ends."))
    })
  ),
  warnings: Schema.Array(Warning),
  links: Schema.Struct(links)
}).annotate({ identifier: "Registration", description: "A registration at one revision. What is not known is absent." })

const HistoryEvent = Schema.Struct({
  stream: Schema.String,
  id: uuid("The event's id."),
  type: told("Past tense, such as Requested."),
  version: count("Of the type's shape, from 1."),
  revision: count("Its place in the stream, from 0."),
  recordedAt: time("Never before its predecessor's."),
  actor: Schema.Struct({
    kind: oneOf(["client", "process", "platform", "operator"], "Who made it happen."),
    id: Schema.String
  }),
  correlationId: told("One per registration."),
  causationId: optional(told("The event that a process or the platform reacted to.")),
  data: Schema.Record(Schema.String, Schema.Unknown).annotate({ description: "Sealed fields appear as ciphertext." }),
  previousHash: told("Hex SHA-256; 64 zeros for the first."),
  hash: told("Hex SHA-256 of the RFC 8785 form of the other members.")
}).annotate({ identifier: "Event" })

export const History = Schema.Struct({ registration: Registration, events: Schema.Array(HistoryEvent) }).annotate({
  identifier: "History"
})

const Target = Schema.Struct({ url: told("A presigned URL: whoever has it can upload.", "uri") })
export const UploadUrls = Schema.Struct({
  submissionId: Schema.String,
  expiresAt: time("The end of both URLs."),
  documents: Schema.Struct({ ktp: Target, selfie: Target })
}).annotate({ identifier: "UploadUrls" })

export const Received = Schema.Struct({ received: Schema.Literal(true) })
export const Live = Schema.Struct({ status: Schema.Literal("live") })

const Condition = Schema.Literals(["up", "down", "off"])
export const Readiness = Schema.Struct({
  status: oneOf(["ready", "not_ready"], "Whether commands can be accepted."),
  dependencies: Schema.Struct({
    eventStore: Condition,
    keys: Condition,
    platform: Condition,
    storage: Condition,
    kafka: Condition
  }),
  problems: Schema.Array(
    Schema.Struct({
      dependency: oneOf(
        ["eventStore", "keys", "platform", "storage", "kafka", "clock", "messages", "registration"],
        "What does not work; messages: those of the feed and of Kafka end before an event; registration: one that is left alone."
      ),
      operation: optional(
        told(
          "The kind of call that fails: token, urls, confirm, poll or upload; with eventStore, the work that does: drive, projection, check_history, rebuild_views, destroy_keys, sign_checkpoints or operator_requests; with kafka, publish."
        )
      ),
      since: optional(time("Since then.")),
      detail: told("The same in words.")
    })
  ).annotate({ description: "What does not work, since when, in words. Empty when all is well." }),
  history: optional(
    Schema.Struct({
      checkedTo: count("Up to where the hashes of all events were checked since the start."),
      of: count("The last position."),
      at: optional(time("When the check last came to the end.")),
      problem: optional(told("What it found, by stream and revision."))
    })
  )
}).annotate({ identifier: "Readiness" })

/** RFC 9457, with our members. */
export const Problem = Schema.Struct({
  type: told("A name of the problem, no address.", "uri"),
  title: Schema.String,
  status: count("The HTTP status."),
  detail: told("The rule in words, never the value."),
  code: oneOf(Object.keys(codes) as ReadonlyArray<keyof typeof codes>, "What programs decide on."),
  requestId: Schema.String,
  errors: optional(
    Schema.Array(Schema.Struct({ path: told("Such as applicant.nik or consents[0].givenAt."), message: Schema.String }))
  ),
  reason: optional(told("With image_refused: what is wrong with the image.")),
  until: optional(time("With on_hold: when the hold ends.")),
  scope: optional(told("With forbidden: the scope that the key lacks.")),
  state: optional(oneOf(states, "With wrong_state and registration_open.")),
  registrationId: optional(uuid("With registration_open and already_issued: the registration in the way.")),
  registration: optional(told("Its link."))
}).annotate({ identifier: "Problem", description: "What every error is answered with." })
