import type { SQLInputValue } from "node:sqlite"
import type { WriteName } from "./statements.ts"

/**
 * What the main thread asks of the writer. Tuples of strings and numbers, since each crosses a thread boundary. Never a `Buffer`: a clone
 * would take the whole pool behind it along.
 */
export type Job = AppendJob | WriteJob | ScrubJob | ProbeJob

/** `revision` −1 stands for a stream that must not exist; bytes and hash of the events take turns. */
export type AppendJob = readonly [kind: "append", stream: string, revision: number, hash: string, events: string[]]
/** Statements that stand or fall together. A guard comes first: where it changes no row, none of the others is run. */
export type WriteJob = readonly [kind: "vault" | "views", steps: ReadonlyArray<Step>]
export type Step = readonly [name: WriteName, ...values: ReadonlyArray<SQLInputValue>]
/** Takes the bytes of destroyed keys out of the vault's WAL. */
export type ScrubJob = readonly [kind: "scrub"]
/** Finds out whether a database takes writes. */
export type ProbeJob = readonly [kind: "probe", database: "log" | "vault"]

/**
 * How a job ended. A word is the code of a failure that left nothing behind. A number: for an append `appended` or `conflict`, for a write
 * the rows that its last statement changed or `guarded` when its guard changed none, for a scrub whether it got through (1) or a reader was
 * in the way (0), for a probe 1.
 */
export type JobOutcome = number | string
export const appended = 1
export const conflict = 0
export const guarded = -1

/** One group's answers, in the order of its jobs, the position of the last event (0 when the log lies elsewhere), and how long it took. */
export type Answers = { readonly outcomes: ReadonlyArray<JobOutcome>; readonly head: number; readonly seconds: number }

/** Whether the log is a database of the directory. */
export type LogPlace = "here" | "elsewhere"

export type WriterOptions = {
  readonly dir: string
  readonly log: LogPlace
  /** The writer epoch that this process's start has raised. */
  readonly epoch: number
  /** Pages after which the log is full; SQLite's limit when absent. */
  readonly maxLogPages?: number
}
