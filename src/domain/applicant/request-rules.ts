import { Predicate } from "effect"
import { contactRule } from "./applicant.ts"
import { consentsRule, consentTimeRule, documentsRule } from "./consent.ts"
import { birthRule, isDateOfBirth } from "./date-of-birth.ts"
import type { FieldError } from "./field-error.ts"
import { parseInstant } from "./instant.ts"

const told = (path: string, message: string | undefined): ReadonlyArray<FieldError> =>
  message === undefined ? [] : [{ path, message }]

const applicantRules = (applicant: unknown, now: number): ReadonlyArray<FieldError> => {
  if (!Predicate.isObject(applicant)) return []
  const { dateOfBirth } = applicant
  return [
    ...told("applicant", contactRule(applicant)),
    ...told("applicant.dateOfBirth", isDateOfBirth(dateOfBirth) ? birthRule(dateOfBirth, now) : undefined)
  ]
}

const consentRules = (consent: unknown, path: string, now: number): ReadonlyArray<FieldError> => {
  if (!Predicate.isObject(consent)) return []
  const { documents, givenAt } = consent
  const instant = Predicate.isString(givenAt) ? parseInstant(givenAt) : undefined
  return [
    ...told(`${path}.documents`, Predicate.isObject(documents) ? documentsRule(documents) : undefined),
    ...told(`${path}.givenAt`, instant === undefined ? undefined : consentTimeRule(instant, now))
  ]
}

/**
 * The rules about several fields at once and about the clock, looked up in the body as it came: a schema checks a whole only when
 * nothing in it is wrong, and every mistake is to be told at once.
 */
export const brokenRules = (body: unknown, now: number): ReadonlyArray<FieldError> => {
  if (!Predicate.isObject(body)) return []
  const { applicant, consents } = body
  return [
    ...applicantRules(applicant, now),
    ...(Array.isArray(consents)
      ? [
          ...told("consents", consentsRule(consents)),
          ...consents.flatMap((consent, index) => consentRules(consent, `consents[${index}]`, now))
        ]
      : [])
  ]
}
