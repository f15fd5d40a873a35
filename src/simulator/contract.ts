import type { PlatformError } from "./answers.ts"

/** The five calls that a partner makes; an upload is `put`. */
export const calls = ["token", "urls", "put", "confirm", "poll"] as const
export type Call = (typeof calls)[number]

export const documentKinds = ["KTP", "SELFIE"] as const
export type DocumentKind = (typeof documentKinds)[number]

export const isUuid = (value: unknown): value is string =>
  typeof value === "string" && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value)

const error = (code: string, cause: string): PlatformError => ({ code, cause })

/** The published errors, and after them those that only the simulator needs. */
export const errors = {
  missingClientId: error("1650", "MISSING_CLIENT_ID"),
  missingPassKey: error("1650", "MISSING_PASS_KEY"),
  missingUserId: error("1539", "PARTNER_USER_ID_CAN_NOT_BE_EMPTY"),
  missingUserIdType: error("1539", "PARTNER_USER_ID_TYPE_CAN_NOT_BE_EMPTY"),
  missingOnboardingPartner: error("1650", "ESIGN_ONBOARDING_PARTNER_CAN_NOT_BE_EMPTY"),
  foreignSubmission: error("1653", "SUBMISSION_ID_DOES_NOT_BELONG_TO_CURRENT_USER"),
  unauthorized: error("110", "UNAUTHORIZED"),
  foreignOnboardingPartner: error("110", "ONBOARDING_PARTNER_DOES_NOT_BELONG_TO_CLIENT"),
  noSuchPartnerUser: error("1514", "USER_NOT_FOUND_FOR_PARTNER_AND_PARTNER_USER_ID_AND_PARTNER_USER_ID_TYPE"),
  noSuchUser: error("1518", "USER_NOT_FOUND"),
  generic: error("900", "GENERIC_SERVICE_ERROR"),
  tooManyRequests: error("429", "TOO_MANY_REQUESTS"),
  noSuchEndpoint: error("404", "NO_SUCH_ENDPOINT"),
  documentsMissing: error("1651", "DOCUMENTS_NOT_UPLOADED"),
  alreadyConfirmed: error("1654", "SUBMISSION_ALREADY_CONFIRMED"),
  badSubmissionType: error("1652", "SUBMISSION_TYPE_IS_INVALID"),
  badRequest: error("1500", "INVALID_REQUEST"),
  unknownTestValue: error("1599", "UNKNOWN_SIMULATOR_TEST_VALUE")
} as const
