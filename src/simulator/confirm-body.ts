import { isUuid } from "./contract.ts"
import type { Problem } from "./shapes.ts"
import { check, listOf, object } from "./shapes.ts"

/** The body of a confirm (contract 4.4), as far as the platform uses it; sound only when there were no problems. */
export interface ConfirmBody {
  readonly submissionId?: unknown
  readonly metadata: {
    readonly userDetails: { readonly nik: bigint; readonly email?: string; readonly phoneNumber?: string }
  }
}

interface Contacts {
  readonly email?: unknown
  readonly phoneNumber?: unknown
  readonly dataVerification?: {
    readonly [K in "email" | "phoneNumber"]?: {
      readonly isVerified?: unknown
      readonly verificationReferenceId?: unknown
    }
  }
}

const text = (value: unknown): boolean => typeof value === "string" && value !== ""
const textOrEmpty = (value: unknown): boolean => typeof value === "string"
const matches = (pattern: RegExp) => (value: unknown) => typeof value === "string" && pattern.test(value)

const birthDate = (value: unknown): boolean => {
  const [, day, month, year] = /^(\d\d)-(\d\d)-(\d{4})$/.exec(String(value)) ?? []
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  return typeof value === "string" && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
}

/** Milliseconds, not seconds: from 2001 to 2286. */
const timestamp = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1e12 && Number(value) < 1e13

const words = object({}, { url: textOrEmpty, text: textOrEmpty })
const localized = (value: unknown): boolean => {
  const languages = Object.values(
    (value ?? {}) as Readonly<Record<string, { readonly url?: unknown; readonly text?: unknown }>>
  )
  return languages.some((language) => text(language?.url) || text(language?.text))
}

const optionalTexts = (...names: ReadonlyArray<string>) =>
  object({}, Object.fromEntries(names.map((name) => [name, textOrEmpty])))

const consent = object(
  {
    entity: text,
    consentType: text,
    consentGiven: (value) => value === true,
    details: object({}, { en_ID: words, id_ID: words }),
    timeStamp: timestamp
  },
  {
    additionalDetails: object(
      {},
      {
        userAgent: textOrEmpty,
        userIp: textOrEmpty,
        deviceDetails: optionalTexts("os", "make", "model", "uniqueId", "networkProvider", "appId", "appVersion")
      }
    )
  }
)

const verified = object({ isVerified: (value) => typeof value === "boolean" }, { verificationReferenceId: text })

const shape = object({
  submissionId: isUuid,
  metadata: object(
    {
      userDetails: object(
        {
          name: text,
          nik: (value) => typeof value === "bigint" && /^\d{16}$/.test(String(value)),
          dateOfBirth: birthDate,
          dataVerification: object({}, { email: verified, phoneNumber: verified })
        },
        { email: matches(/^[^\s@]+@[^\s@]+$/), phoneNumber: matches(/^62\d{8,13}$/) }
      ),
      userLocale: matches(/^(id|en)_ID$/),
      consentData: listOf(consent)
    },
    { additionalData: object({}) }
  )
})

/** A number in a field `nik` becomes a bigint with all its digits; `1e15` or `1.0` stays a number, and is refused. */
const exactNik = (key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  key === "nik" && typeof value === "number" && /^\d+$/.test(context?.source ?? "")
    ? BigInt(context?.source ?? 0)
    : value

/** Undefined: not JSON, or not an object. */
export const parseConfirmBody = (raw: string): ConfirmBody | undefined => {
  try {
    const value: unknown = JSON.parse(raw, exactNik)
    return typeof value === "object" && value !== null ? (value as ConfirmBody) : undefined
  } catch {
    return undefined
  }
}

/** At least one contact; each one that is sent was verified by the partner, and none that is not sent. */
const checkContacts = (user: Contacts, problems: Array<Problem>): void => {
  const path = "metadata.userDetails"
  if (user.email === undefined && user.phoneNumber === undefined)
    problems.push({ rule: "field-missing", path: `${path}.email` })
  for (const contact of ["email", "phoneNumber"] as const) {
    const verification = user.dataVerification?.[contact]
    const isVerified = verification?.isVerified === true && text(verification.verificationReferenceId)
    if (isVerified !== (user[contact] !== undefined)) {
      problems.push({ rule: "field-wrong", path: `${path}.dataVerification.${contact}` })
    }
  }
}

export const problemsOf = (body: ConfirmBody): ReadonlyArray<Problem> => {
  const problems: Array<Problem> = []
  check(shape, body, "", problems)
  if (problems.every((problem) => problem.rule === "field-unknown")) {
    checkContacts(body.metadata.userDetails, problems)
    const { consentData } = body.metadata as { readonly consentData?: ReadonlyArray<{ readonly details: unknown }> }
    if (!consentData?.every(({ details }) => localized(details)))
      problems.push({ rule: "field-wrong", path: "metadata.consentData.details" })
  }
  return problems
}
