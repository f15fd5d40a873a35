import { Schema } from "effect"
import { checkpointStream } from "./ids.ts"

/** The log is not as it should be, or belongs to somebody else; nothing may be written to it. The reason is a sentence for the operator. */
export class LogRefused extends Schema.TaggedError<LogRefused>()("LogRefused", { reason: Schema.String }) {
  override get message(): string {
    return this.reason
  }
}

const startAfterRestore = "start once with --after-restore (npm start -- --after-restore)"

const sentences = {
  notWhole: (stream: string, revision: number) =>
    `The log's own stream ${stream} is not whole, its event at revision ${revision} is missing: put a backup of the log back.`,
  unreadable: (stream: string, revision: number) =>
    `The log's own stream ${stream} holds an event that this version cannot read, at revision ${revision}: start the version that wrote it, or a later one.`,
  otherVault: () =>
    "The log belongs to another vault, or its vault was lost: put the vault that belongs to this log back, or start with an empty DATA_DIR.",
  otherEnvironment: (environment: string) =>
    `The log belongs to ESIGN_ENVIRONMENT "${environment}": set that, or start with another DATA_DIR.`,
  lost: (logId: string) =>
    `The vault belongs to the log ${logId}, and there is none here: put the log back, or give the configuration of the database that holds it.`,
  otherLog: (logId: string) =>
    `The vault belongs to the log ${logId}, and here is another one: put that log back, or give the configuration of the database that holds it.`,
  nothingToRestore: () => "--after-restore is for a log that was put back from a backup, and there is none here.",
  beforeRestore: () =>
    `The log was put back to a state before its last restore, or that restore was not finished: ${startAfterRestore}.`,
  beyondEnd: () =>
    `There are positions beyond the log's end: the log was put back from a backup, or this is another database. If it was put back, ${startAfterRestore}; else give the configuration of the right one.`,
  withoutCheckpoint: (revision: number) =>
    `The log does not hold the last checkpoint that is known, at revision ${revision} of ${checkpointStream}: the log was cut, or put back from a backup, or this is another database. If it was put back, ${startAfterRestore}; else give the configuration of the right one, or put the log back that holds it.`,
  olderVault: () =>
    `The vault (vault.db) is older than the log: it was put back from a backup, and the log was not. Put the vault back that belongs to this log; if there is none, ${startAfterRestore}: what the missing keys sealed stays closed.`,
  otherSigner: (known: string) =>
    `The signing key is not the one that signs for this log, whose public key is ${known}: put its file back (signing.key in DATA_DIR, or SIGNING_KEY_FILE). A new key takes its place when SIGNING_KEY_FILE holds both, the new one first.`
} as const
type Sentences = typeof sentences

export const refused = <Why extends keyof Sentences>(why: Why, ...details: Parameters<Sentences[Why]>): LogRefused =>
  new LogRefused({ reason: (sentences[why] as (...details: ReadonlyArray<unknown>) => string)(...details) })
