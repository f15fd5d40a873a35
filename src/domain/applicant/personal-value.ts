import { readEmailAddress } from "./email-address.ts"
import { isNik } from "./nik.ts"
import { readPhoneNumber, withoutSeparators } from "./phone-number.ts"

/** The text as a whole is a NIK or a mobile number, in any spelling. */
export const isPersonalNumber = (text: string): boolean =>
  isNik(withoutSeparators(text)) || readPhoneNumber(text) !== undefined

/** The text as a whole is an e-mail address, a NIK or a mobile number, in any spelling. */
export const isPersonalValue = (text: string): boolean => isPersonalNumber(text) || readEmailAddress(text) !== undefined
