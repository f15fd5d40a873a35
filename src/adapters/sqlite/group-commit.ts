import type { DatabaseSync } from "node:sqlite"
import { makeAppend } from "./append.ts"
import { openWriter } from "./connection.ts"
import type { Answers, AppendJob, Job, JobOutcome, ProbeJob, ScrubJob, WriteJob, WriterOptions } from "./jobs.ts"
import { makeProbe } from "./probe.ts"
import * as schema from "./schema.ts"
import { makeScrub } from "./scrub.ts"
import { codeOf } from "./sqlite-code.ts"
import { transaction } from "./transaction.ts"
import { makeWrite } from "./write.ts"
import { makeWriteTips } from "./write-tips.ts"

/** What nobody can go on after. How far a group got is unknown, and this writer commits nothing any more. */
class WriterFailed extends Error {
  readonly _tag = "WriterFailed"
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

export type GroupCommit = {
  /** Throws `WriterFailed`. */
  readonly commit: (jobs: ReadonlyArray<Job>) => Answers
  readonly close: () => void
}

/** Commits all jobs that wait at once: one transaction a database, keys before the events that need them, views last. */
export const openGroupCommit = ({ dir, log: place, epoch, maxLogPages }: WriterOptions): GroupCommit => {
  const log = place === "here" ? openWriter(dir, schema.log) : undefined
  const vault = openWriter(dir, schema.vault)
  const views = openWriter(dir, schema.views)
  if (maxLogPages !== undefined) log?.exec(`PRAGMA max_page_count = ${maxLogPages}`)
  const append = log && makeAppend(log)
  const writeVault = makeWrite(vault, "vault")
  const writeViews = makeWrite(views, "views")
  const tips = makeWriteTips(vault, log)
  const scrub = makeScrub(vault)
  const probes = { log: log && makeProbe(log), vault: makeProbe(vault) }
  const epochNow = (log ?? vault).prepare("SELECT epoch FROM writer")
  const lastPosition = log?.prepare("SELECT ifnull(max(position), 0) AS head FROM events")
  const headNow = () => ((lastPosition?.get() ?? { head: 0 }) as { head: number }).head
  let head = headNow()

  const checkEpoch = () => {
    if ((epochNow.get() as { epoch: number }).epoch !== epoch) throw new WriterFailed("another_writer")
  }

  const commit = (jobs: ReadonlyArray<Job>): Answers => {
    const began = performance.now()
    const outcomes = new Array<JobOutcome>(jobs.length)
    const settle = <J extends Job>(kind: J[0], work: (job: J) => JobOutcome) =>
      jobs.forEach((job, i) => {
        if (job[0] === kind) outcomes[i] = work(job as J)
      })
    const together = <J extends Job>(
      db: DatabaseSync,
      kind: J[0],
      work: (job: J) => JobOutcome,
      first?: (jobs: ReadonlyArray<J>) => void
    ) => {
      const ofKind = jobs.filter((job): job is J => job[0] === kind)
      if (ofKind.length === 0) return
      try {
        const failed = transaction(db, () => {
          first?.(ofKind)
          settle(kind, work)
        })
        if (failed !== undefined) settle(kind, () => failed)
      } catch (error) {
        throw error instanceof WriterFailed ? error : new WriterFailed(`${kind}_${codeOf(error)}`)
      }
    }
    checkEpoch()
    // Checked again where no other writer can start meanwhile: in the database in which it would have to raise the epoch.
    together<WriteJob>(vault, "vault", writeVault, (jobs) => {
      checkEpoch()
      tips.inVault(jobs, head)
    })
    if (log && append)
      together<AppendJob>(log, "append", append, () => {
        checkEpoch()
        tips.inLog()
      })
    settle<ScrubJob>("scrub", scrub)
    // Whoever asks at the same time gets the same answer.
    const probed: { [Database in ProbeJob[1]]?: JobOutcome } = {}
    settle<ProbeJob>("probe", ([, database]) => {
      probed[database] ??= probes[database]?.() ?? "no_log"
      return probed[database]
    })
    together<WriteJob>(views, "views", writeViews)
    head = headNow()
    return { outcomes, head, seconds: (performance.now() - began) / 1000 }
  }

  const close = () => {
    for (const db of [log, vault, views]) db?.close()
  }
  return { commit, close }
}
