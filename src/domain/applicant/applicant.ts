import { Predicate, Schema } from "effect"
import { DateOfBirth } from "./date-of-birth.ts"
import { EmailAddress } from "./email-address.ts"
import { Nik } from "./nik.ts"
import { optional } from "./optional.ts"
import { PersonName } from "./person-name.ts"
import { PhoneNumber } from "./phone-number.ts"
import { line } from "./text.ts"

/** A contact is one that the partner has verified: the reference says where. */
const verificationReferenceId = line(255)

const VerifiedEmail = Schema.Struct({ address: EmailAddress, verificationReferenceId }).annotate({
  message: "An e-mail contact is an object of address and verificationReferenceId."
})
const VerifiedPhone = Schema.Struct({ number: PhoneNumber, verificationReferenceId }).annotate({
  message: "A phone contact is an object of number and verificationReferenceId."
})

export const contactRule = (applicant: { readonly email?: unknown; readonly phoneNumber?: unknown }) =>
  Predicate.isNotNullish(applicant.email) || Predicate.isNotNullish(applicant.phoneNumber)
    ? undefined
    : "An applicant has at least one of email and phoneNumber."

/** Who the certificate is for, in normal form; decoding the normal form changes nothing. */
export const Applicant = Schema.Struct({
  name: PersonName,
  nik: Nik,
  dateOfBirth: DateOfBirth,
  email: optional(VerifiedEmail),
  phoneNumber: optional(VerifiedPhone)
})
  .annotate({ message: "An applicant is an object of name, nik, dateOfBirth and contacts." })
  .check(Schema.makeFilter(contactRule, { toJsonSchema: () => [{}, true] }))
export type Applicant = typeof Applicant.Type
