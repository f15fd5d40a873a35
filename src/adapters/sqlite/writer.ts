import { Worker } from "node:worker_threads"
import { Effect } from "effect"
import type { Telemetry } from "../../application/ports/telemetry.ts"
import type { Answers, Job, JobOutcome, ProbeJob, WriterOptions } from "./jobs.ts"
import { codeOf } from "./sqlite-code.ts"

/** A job was not done (`no`), or nobody knows (`unknown`). */
export type Undone = { readonly stored: "no" | "unknown"; readonly code: string }
const undone = (stored: Undone["stored"], code: string): Effect.Effect<never, Undone> => Effect.fail({ stored, code })

export type Writer = {
  /**
   * Answers once the job's group is on disk. Jobs are done in the order in which they come, and one that was given is done whether or
   * not anybody waits for it.
   */
  readonly run: (job: Job) => Effect.Effect<number, Undone>
  /**
   * Fails while a database takes no writes, for want of room or over a lock. Nothing is written to find out before some write, to any of the
   * databases, was refused: they share a disk.
   */
  readonly probe: (database: ProbeJob[1]) => Effect.Effect<void, Undone>
  /** Finishes what waits, and ends the thread. */
  readonly close: Effect.Effect<void>
}

export type WriterEvents = {
  /** Before the jobs of a group are answered. */
  readonly onCommit: (head: number) => void
  /** Once, when nothing can be written any more; whatever waited is settled as unknown. */
  readonly onFatal: (code: string) => void
  readonly telemetry?: WriterTelemetry
}

/** What the writer tells of its work. */
export type WriterTelemetry = Pick<Telemetry["Service"], "groupCommitted" | "appended" | "jobsWaiting">

type Waiting = {
  readonly answer: (answer: Effect.Effect<number, Undone>) => void
  /** When an append was asked for, by the monotonic clock. */
  readonly appendSince: number | undefined
}

/** More would only wait longer than whoever asked. */
const maxWaiting = 10_000
const overloaded = undone("no", "overloaded")

/** Starts the thread that owns all writing connections. Fails with a code when it cannot open them. */
export const startWriter = (options: WriterOptions, { onCommit, onFatal, telemetry }: WriterEvents) =>
  Effect.callback<Writer, string>((opened) => {
    // It inherits no environment: that may hold secrets.
    const worker = new Worker(new URL("./writer-worker.ts", import.meta.url), { workerData: options, env: {} })
    const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()))
    const waiting: Array<Waiting> = []
    const unsent: Array<Job> = []
    let isOpen = false
    let isEnded = false
    let refused: Effect.Effect<never, Undone> | undefined
    let refusals = 0
    /** The refusals that a probe has looked into since. */
    const passed = { log: 0, vault: 0 }

    const send = () => {
      if (unsent.length > 0) worker.postMessage(unsent.splice(0))
    }
    const run = (job: Job) =>
      Effect.callback<number, Undone>((answer) => {
        if (refused !== undefined) return answer(refused)
        if (waiting.length >= maxWaiting) return answer(overloaded)
        waiting.push({ answer, appendSince: job[0] === "append" ? performance.now() : undefined })
        telemetry?.jobsWaiting(waiting.length)
        // What one turn of the event loop brings crosses in one message.
        if (unsent.push(job) === 1) setImmediate(send)
      })
    const probe = (database: ProbeJob[1]) =>
      Effect.suspend((): Effect.Effect<void, Undone> => {
        if (refused !== undefined) return refused
        const until = refusals
        if (passed[database] === until) return Effect.void
        return Effect.map(run(["probe", database]), () => {
          passed[database] = until
        })
      })
    const close = Effect.promise(() => {
      refused ??= undone("no", "closing")
      send()
      worker.postMessage([])
      return exited
    })
    const end = (code: string) => {
      if (isEnded) return
      isEnded = true
      if (!isOpen) return opened(Effect.fail(code))
      const isClosed = refused !== undefined && waiting.length === 0
      // "No" would be wrong for a job that is repeated after its first answer was "unknown".
      refused = undone("unknown", code)
      for (const { answer } of waiting.splice(0)) answer(refused)
      if (!isClosed) onFatal(code)
    }

    worker.on("message", (message: Answers | "open") => {
      if (message === "open") {
        isOpen = true
        return opened(Effect.succeed({ run, probe, close }))
      }
      onCommit(message.head)
      if (message.outcomes.some((outcome) => typeof outcome === "string")) refusals++
      const answered = waiting.splice(0, message.outcomes.length)
      if (telemetry) measure(telemetry, message, answered, waiting.length)
      for (const [i, { answer }] of answered.entries()) answer(answerOf(message.outcomes[i]))
    })
    worker.on("error", (error) => end(codeOf(error)))
    worker.on("exit", () => end("writer_ended"))
  })

const measure = (
  { groupCommitted, appended, jobsWaiting }: WriterTelemetry,
  { seconds }: Answers,
  answered: ReadonlyArray<Waiting>,
  left: number
) => {
  groupCommitted(answered.length, seconds)
  jobsWaiting(left)
  const now = performance.now()
  for (const { appendSince } of answered) if (appendSince !== undefined) appended((now - appendSince) / 1000)
}

const answerOf = (outcome: JobOutcome | undefined): Effect.Effect<number, Undone> =>
  typeof outcome === "number" ? Effect.succeed(outcome) : undone("no", outcome ?? "not_run")
