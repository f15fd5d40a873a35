import { Predicate, Schema } from "effect"
import { DateOfBirth } from "./date-of-birth.ts"
import { EmailAddress } from "./email-address.ts"
import { Nik } from "./nik.ts"
import { PersonName } from "./person-name.ts"
import { PhoneNumber } from "./phone-number.ts"
import { struct } from "./struct.ts"
import { line } from "./text.ts"

/** Where the partner keeps how it verified the contact. */
const verificationReferenceId = line(255)

const VerifiedEmail = struct("An e-mail contact is an object of address and verificationReferenceId.", {
  address: EmailAddress,
  verificationReferenceId
})
const VerifiedPhone = struct("A phone contact is an object of number and verificationReferenceId.", {
  number: PhoneNumber,
  verificationReferenceId
})

export const contactRule = (applicant: { readonly email?: unknown; readonly phoneNumber?: unknown }) =>
  Predicate.isNotNullish(applicant.email) || Predicate.isNotNullish(applicant.phoneNumber)
    ? undefined
    : "An applicant has at least one of email and phoneNumber."

/** Who the certificate is for, in normal form; decoding the normal form changes nothing. */
export const Applicant = struct(
  "An applicant is an object of name, nik, dateOfBirth and at least one of email and phoneNumber.",
  { name: PersonName, nik: Nik, dateOfBirth: DateOfBirth },
  { email: VerifiedEmail, phoneNumber: VerifiedPhone }
).check(Schema.makeFilter(contactRule))
export type Applicant = typeof Applicant.Type
