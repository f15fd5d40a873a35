import type { DatabaseSync } from "node:sqlite"
import type { WriteJob } from "./jobs.ts"

type WriteTips = {
  /** Inside each transaction of the vault, whose jobs are given; `logEnd`: the last position of the log that is durable. */
  readonly inVault: (jobs: ReadonlyArray<WriteJob>, logEnd: number) => void
  /** Inside each transaction of the log. */
  readonly inLog: () => void
}

/**
 * Writes down in each of the two databases how far the other one is, in transactions that there are anyway. What a commit says of the other
 * database is durable there before, so that only one that was put back can be behind it.
 *
 * Neither takes back what it said: of one that was put back alone each start is told, whatever was written meanwhile, until a start takes both
 * for a pair (`rememberLog`).
 */
export const makeWriteTips = (vault: DatabaseSync, log?: DatabaseSync): WriteTips => {
  if (log === undefined) {
    const count = vault.prepare("UPDATE tips SET commits = commits + 1, log_end = NULL")
    return { inVault: () => void count.run(), inLog: () => {} }
  }
  const commits = vault.prepare("SELECT commits FROM tips")
  const known = log.prepare("SELECT vault_commits AS commits FROM tips")
  const count = vault.prepare(
    "UPDATE tips SET commits = commits + (commits >= ?), log_end = max(ifnull(log_end, 0), ?)"
  )
  const pair = vault.prepare("UPDATE tips SET commits = max(commits, ?) + 1, log_end = ?")
  const know = log.prepare("UPDATE tips SET vault_commits = ?")
  const countIn = (statement: typeof commits) => (statement.get() as { readonly commits: number }).commits
  return {
    inVault: (jobs, logEnd) => {
      const isPair = jobs.some(([, steps]) => steps.some(([name]) => name === "rememberLog"))
      const write = isPair ? pair : count
      write.run(countIn(known), logEnd)
    },
    inLog: () => {
      const now = countIn(commits)
      if (now > countIn(known)) know.run(now)
    }
  }
}
