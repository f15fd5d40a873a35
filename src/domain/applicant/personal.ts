import { Schema } from "effect"
import { Applicant } from "./applicant.ts"
import { Consents } from "./consent.ts"

export const Locale = Schema.Literals(["id_ID", "en_ID"]).annotate({
  message: "A locale is id_ID or en_ID.",
  description: "The language of what the platform tells the user. Default: id_ID."
})
export type Locale = typeof Locale.Type

/** What is sealed of a request, and what the platform gets of it. Decoding the normal form changes nothing. */
export const Personal = Schema.Struct({ applicant: Applicant, locale: Locale, consents: Consents })
export type Personal = typeof Personal.Type
