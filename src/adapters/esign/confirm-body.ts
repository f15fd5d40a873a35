import type { Consent } from "../../domain/applicant/consent.ts"
import { toDayMonthYear } from "../../domain/applicant/date-of-birth.ts"
import type { Personal } from "../../domain/applicant/personal.ts"

const verified = (contact: { readonly verificationReferenceId: string } | undefined) =>
  contact && { isVerified: true, verificationReferenceId: contact.verificationReferenceId }

const additionalDetails = ({ userAgent, ip, ...deviceDetails }: NonNullable<Consent["device"]>) => ({
  userAgent,
  userIp: ip,
  deviceDetails: Object.keys(deviceDetails).length === 0 ? undefined : deviceDetails
})

const consentData = ({ entity, type, givenAt, documents, device }: Consent) => ({
  entity,
  consentType: type,
  consentGiven: true,
  details: documents,
  timeStamp: Date.parse(givenAt),
  additionalDetails: device && additionalDetails(device)
})

/** The text of a confirm (contract/esign-api §4.4). What was not given is left out, since `JSON.stringify` drops undefined. */
export const confirmBody = (submissionId: string, { applicant, consents, locale }: Personal): string => {
  const { name, nik, dateOfBirth, email, phoneNumber } = applicant
  const userDetails = JSON.stringify({
    name,
    dateOfBirth: toDayMonthYear(dateOfBirth),
    email: email?.address,
    phoneNumber: phoneNumber?.number,
    dataVerification: { email: verified(email), phoneNumber: verified(phoneNumber) }
  })
  const metadata = JSON.stringify({
    userLocale: locale,
    consentData: consents.map(consentData),
    additionalData: {}
  })
  // A NIK is a JSON integer beyond 2^53: its digits go in as they are, which its brand makes safe.
  return `{"submissionId":${JSON.stringify(submissionId)},"metadata":{"userDetails":{"nik":${nik},${userDetails.slice(1)},${metadata.slice(1)}}`
}
