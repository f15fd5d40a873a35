import type { Change, Submission, User } from "./registry.ts"
import type { Simulator } from "./simulator.ts"

const changeReport = ({ stage, at }: Change) => ({
  at,
  status: stage.status,
  result: stage.result,
  reasonCode: stage.reasonCode
})

const submissionReport = (submission: Submission) => ({
  submissionId: submission.id,
  openedAt: submission.openedAt,
  openedUnder: submission.openedUnder,
  objects: submission.objects,
  confirmedAt: submission.confirmedAt,
  confirmedUnder: submission.confirmedUnder,
  changes: submission.changes.map(changeReport),
  certificateId: submission.certificateId,
  confirmBody: submission.confirmBody
})

export const userReport = (user: User) => ({
  id: user.id,
  idType: user.idType,
  calls: user.calls,
  callbacks: user.callbacks,
  submissions: user.submissions.map(submissionReport)
})

export const ledgerReport = ({ ledger, registry }: Simulator) => ({
  calls: ledger.calls,
  statuses: Object.fromEntries(ledger.statuses),
  violations: ledger.violations,
  violationCounts: Object.fromEntries(ledger.violationCounts) as { readonly [rule: string]: number },
  confirms: ledger.confirms,
  callbackCounts: ledger.callbackCounts,
  callbacks: ledger.callbacks,
  abortedUploads: ledger.abortedUploads,
  defects: ledger.defects,
  users: registry.users.size,
  usersForgotten: registry.users.forgotten,
  submissions: registry.submissions.size
})

export const confirmedReport = ({ registry }: Simulator) =>
  [...registry.submissions.values()]
    .filter(({ confirmedAt }) => confirmedAt !== undefined)
    .map(({ id, user, confirmedUnder, confirmedAt }) => ({
      submissionId: id,
      user: user.id,
      confirmedAt,
      sessions: confirmedUnder
    }))

export type LedgerReport = ReturnType<typeof ledgerReport>
export type UserReport = ReturnType<typeof userReport>
export type ConfirmedReport = ReturnType<typeof confirmedReport>
