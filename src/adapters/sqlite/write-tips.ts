import type { DatabaseSync } from "node:sqlite"
import type { WriteJob } from "./jobs.ts"

export type WriteTips = {
  /** Inside each transaction of the vault, whose jobs are given; `logEnd`: the last position of the log that is durable. */
  readonly inVault: (jobs: ReadonlyArray<WriteJob>, logEnd: number) => void
  /** Inside each transaction of the log. */
  readonly inLog: () => void
}

/**
 * Writes down in each of the two databases how far the other one is, in transactions that there are anyway. What a commit says of the other
 * database is durable there before, so that only one that was put back can be behind it.
 *
 * The log never says less than it did: a vault that was put back alone is told of at each start, until it was written as often as the lost one
 * or a start has taken log and vault for a pair (`rememberLog`).
 */
export const makeWriteTips = (vault: DatabaseSync, log?: DatabaseSync): WriteTips => {
  const count = vault.prepare("UPDATE tips SET commits = commits + 1, log_end = ?")
  if (log === undefined) return { inVault: () => void count.run(null), inLog: () => {} }
  const commits = vault.prepare("SELECT commits FROM tips")
  const catchUp = vault.prepare("UPDATE tips SET commits = ? WHERE commits < ?")
  const known = log.prepare("SELECT vault_commits AS commits FROM tips")
  const know = log.prepare("UPDATE tips SET vault_commits = ?")
  const countIn = (statement: typeof commits) => (statement.get() as { readonly commits: number }).commits
  return {
    inVault: (jobs, logEnd) => {
      count.run(logEnd)
      if (!jobs.some(([, steps]) => steps.some(([name]) => name === "rememberLog"))) return
      const least = countIn(known)
      catchUp.run(least, least)
    },
    inLog: () => {
      const now = countIn(commits)
      if (now > countIn(known)) know.run(now)
    }
  }
}
