/**
 * The documented test values. A partner user id names them after `.sim-`, as many as it likes:
 * `user-7.sim-rejected-NOT_EKTP.sim-silent`. What `docs/simulator.md` says of them is said here.
 */

/** How a submission ends; the last one named wins. */
export const endings = {
  rejected: "COMPLETED / INVALID without a reason code; rejected-<CODE>: with that code, whatever it is",
  failed: "ERROR without a reason code; failed-<CODE>: with that code",
  "mismatch-nik": "rejected with DUKCAPIL_REJECTED, the NIK is not in the registry",
  "mismatch-name": "rejected with DUKCAPIL_REJECTED, the name differs",
  "mismatch-birth-date": "rejected with DUKCAPIL_REJECTED, the date of birth differs",
  "mismatch-face": "rejected with AETHER_VERIFICATION_FAILED, selfie and KTP photo differ",
  "partial-only": "PARTIALLY_COMPLETED / VALID, and nothing more",
  "no-result": "COMPLETED without a result: no verdict, and nothing more",
  stuck: "IN_PROGRESS for ever"
} as const
type Ending = keyof typeof endings

/** What happens on the way there; any of them together. */
export const traits = {
  silent: "no callback is sent; the poll tells",
  duplicate: "each callback is sent twice",
  reorder: "the callback of PARTIALLY_COMPLETED comes after that of COMPLETED",
  late: "callbacks come --late-ms later",
  bare: "callbacks carry the two required fields only",
  "partial-first": "PARTIALLY_COMPLETED / VALID before a rejection or a failure",
  "no-partial": "COMPLETED / VALID at once",
  "partial-no-result": "PARTIALLY_COMPLETED comes without a result",
  "partial-invalid": "PARTIALLY_COMPLETED comes with INVALID, which is no verdict",
  "mixed-case": "status and result are written Completed, Valid",
  "null-fields": "absent fields are null or empty",
  "upper-ids": "ids in results are written in capitals",
  "confirm-lag": "for --lag-ms after the confirm the poll still knows nothing of it",
  "poll-lag": "the poll shows every change --lag-ms later",
  "unconfirmed-404": "before the confirm the poll answers 404 (1518)",
  superseded: "once confirmed, another submission is opened for the user elsewhere, and the poll shows that one",
  "confirm-once": "a repeated confirm is refused (400)",
  "new-urls": "a repeated session id gets new URLs all the same",
  "short-urls": "presigned URLs live one second",
  "gone-urls": "uploads to the first submission are answered 403 (Request has expired)",
  "gone-tokens": "uploads to the first submission are answered 400 (ExpiredToken)"
} as const
export type Trait = keyof typeof traits

/** Last four digits of the NIK, for callers that cannot choose their user ids. They count when no ending is named. */
export const nikSerials: Readonly<Record<string, string>> = {
  "9901": "mismatch-nik",
  "9902": "mismatch-name",
  "9903": "mismatch-birth-date",
  "9904": "mismatch-face",
  "9905": "rejected-LIVENESS_CHECK_FAILED",
  "9906": "rejected-NOT_EKTP",
  "9907": "rejected-FRAUD_REJECT",
  "9908": "rejected-EMAIL_HAS_BEEN_USED",
  "9909": "rejected-PHONE_HAS_BEEN_USED",
  "9910": "failed-DUKCAPIL_SYSTEM_ERROR",
  "9911": "failed-DUKCAPIL_IRRETRIEVABLE_ERROR",
  "9912": "failed-SYSTEM_ERROR",
  "9913": "rejected",
  "9914": "partial-only",
  "9915": "stuck"
}

export interface ChosenEnding {
  readonly ending: Ending
  readonly reasonCode?: string
}

/** `rejected-NOT_EKTP` → rejected, with that reason code. */
export const parseEnding = (word: string): ChosenEnding | undefined => {
  const [, kind, reasonCode] = /^(rejected|failed)-(\w+)$/.exec(word) ?? []
  if (reasonCode !== undefined) return { ending: kind as Ending, reasonCode }
  return Object.hasOwn(endings, word) ? { ending: word as Ending } : undefined
}

export const isTrait = (word: string): word is Trait => Object.hasOwn(traits, word)

/** The test values that a partner user id names. */
export const valuesIn = (partnerUserId: string): ReadonlyArray<string> => partnerUserId.split(".sim-").slice(1)
