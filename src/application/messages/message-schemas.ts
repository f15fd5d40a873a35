import { Schema } from "effect"
import { Document, Verification } from "../../domain/registration/events.ts"
import { stateNames } from "../../domain/registration/registration.ts"

const text = (description: string) => Schema.String.annotate({ description })
const uuid = (description: string) => Schema.String.annotate({ description, format: "uuid" })
const time = (description: string) =>
  Schema.String.annotate({ description: `${description} RFC 3339, UTC, with milliseconds.`, format: "date-time" })
const optional = Schema.optionalKey

/** What every message says of its registration. */
const common = {
  registrationId: uuid("The registration; the same as `subject`."),
  attempt: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)).annotate({
    description: "Counts the attempts of a partner user, from 1."
  }),
  partnerUserId: text("The caller's own id of its user."),
  partnerUserIdType: text("The kind of that id."),
  state: Schema.Literals(Object.values(stateNames)).annotate({
    description:
      "The state after this event. A verdict that comes after `withdrawn` or `failed` is told, and changes no state."
  }),
  labels: Schema.Record(Schema.String, Schema.String).annotate({ description: "The caller's own words." })
}

const submissionId = text("The platform's id of what was handed in.")
const ofSubmission = { submissionId }
const perhapsOfSubmission = { submissionId: optional(submissionId) }

const certificate = Schema.Struct({
  registrationId: optional(text("The certificate's registration at the platform.")),
  issuedAt: time("When it was recorded.")
}).annotate({ description: "The certificate, as the registration shows it." })

const rejection = Schema.Struct({
  reasonCode: optional(text("The platform's word.")),
  verification: optional(
    Verification.annotate({ description: "What the platform compared; a check that it did not report is absent." })
  )
}).annotate({ description: "Why there is no certificate, as the registration shows it." })

const failure = Schema.Struct({
  reasonCode: optional(text("Upper case is the platform's word, lower case ours.")),
  platformCode: optional(text("The platform's code."))
}).annotate({ description: "What went wrong, as the registration shows it." })

/** What a CloudEvent 1.0 of ours says beside its data. */
export const envelopeOf = <Type extends Schema.Top>(type: Type) => ({
  specversion: Schema.Literal("1.0"),
  id: uuid("The event's id: a copy has the same."),
  source: Schema.Literal("/certificate-registrations"),
  type,
  subject: uuid("The registration; also the key on Kafka."),
  time: time("When the event was recorded; never before that of the message before it of the same subject."),
  datacontenttype: Schema.Literal("application/json"),
  sequence: Schema.String.check(Schema.isPattern(/^[0-9]{10}$/u)).annotate({
    description: "The event's revision, zero-padded: it grows per subject, with gaps."
  }),
  correlationid: uuid("One per registration."),
  tenant: text("The department that the registration belongs to.")
})

/** A CloudEvent 1.0 of one type; `data` holds what is common, and what this type says beside it. */
const message = <const Name extends string, const Fields extends Schema.Struct.Fields>(
  name: Name,
  description: string,
  fields: Fields
) =>
  Schema.Struct({
    ...envelopeOf(Schema.Literal(`certreg.registration.${name}.v1`)),
    data: Schema.Struct({ ...common, ...fields })
  }).annotate({ title: `certreg.registration.${name}.v1`, description })

/** Every public message (contract/service-api §3). A published one only gains optional members; anything else is a new type or version. */
export const messageSchemas = {
  requested: message("requested", "A registration was accepted.", {}),
  urls_issued: message("urls_issued", "The platform opened a submission: images can be handed in.", ofSubmission),
  image_uploaded: message("image_uploaded", "One image is at the platform's storage.", {
    ...ofSubmission,
    document: Document.annotate({ description: "Which of the two." })
  }),
  images_uploaded: message("images_uploaded", "Both images are at the platform's storage.", ofSubmission),
  confirmed: message("confirmed", "The platform has the whole submission; its verdict is waited for.", ofSubmission),
  identity_verified: message(
    "identity_verified",
    "The platform verified the identity; the certificate is on its way.",
    ofSubmission
  ),
  issued: message("issued", "The certificate was issued.", { ...ofSubmission, certificate }),
  rejected: message("rejected", "The platform rejected the submission.", { ...ofSubmission, rejection }),
  failed: message("failed", "It ended without a verdict, or the platform's verdict was an error.", {
    ...perhapsOfSubmission,
    failure
  }),
  withdrawn: message("withdrawn", "It was withdrawn.", perhapsOfSubmission),
  expired: message("expired", "The images did not come in time.", perhapsOfSubmission),
  personal_data_erased: message("personal_data_erased", "Its personal data was erased.", perhapsOfSubmission)
} as const

export type MessageName = keyof typeof messageSchemas
export const messageNames = Object.keys(messageSchemas) as ReadonlyArray<MessageName>

export type MessageOf<Name extends MessageName> = (typeof messageSchemas)[Name]["Type"]
export type PublicMessage = MessageOf<MessageName>
