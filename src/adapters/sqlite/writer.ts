import { Worker } from "node:worker_threads"
import { Effect } from "effect"
import type { Answers, Job, Outcome, WriterOptions } from "./jobs.ts"
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
  /** Finishes what waits, and ends the thread. */
  readonly close: Effect.Effect<void>
}

export type WriterEvents = {
  /** Before the jobs of a group are answered. */
  readonly onCommit: (head: number) => void
  /** Once, when nothing can be written any more; whatever waited is settled as unknown. */
  readonly onFatal: (code: string) => void
}

/** More would only wait longer than whoever asked. */
const maxWaiting = 10_000
const overloaded = undone("no", "overloaded")

/** Starts the thread that owns all writing connections. Fails with a code when it cannot open them. */
export const startWriter = (options: WriterOptions, { onCommit, onFatal }: WriterEvents) =>
  Effect.callback<Writer, string>((opened) => {
    // It inherits no environment: that may hold secrets.
    const worker = new Worker(new URL("./writer-worker.ts", import.meta.url), { workerData: options, env: {} })
    const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()))
    const waiting: Array<(answer: Effect.Effect<number, Undone>) => void> = []
    const unsent: Array<Job> = []
    let isOpen = false
    let isEnded = false
    let refused: Effect.Effect<never, Undone> | undefined

    const send = () => {
      if (unsent.length > 0) worker.postMessage(unsent.splice(0))
    }
    const run = (job: Job) =>
      Effect.callback<number, Undone>((answer) => {
        if (refused !== undefined) return answer(refused)
        if (waiting.length >= maxWaiting) return answer(overloaded)
        waiting.push(answer)
        // What one turn of the event loop brings crosses in one message.
        if (unsent.push(job) === 1) setImmediate(send)
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
      for (const answer of waiting.splice(0)) answer(refused)
      if (!isClosed) onFatal(code)
    }

    worker.on("message", (message: Answers | "open") => {
      if (message === "open") {
        isOpen = true
        return opened(Effect.succeed({ run, close }))
      }
      onCommit(message.head)
      const answered = waiting.splice(0, message.outcomes.length)
      for (const [i, answer] of answered.entries()) answer(answerOf(message.outcomes[i]))
    })
    worker.on("error", (error) => end(codeOf(error)))
    worker.on("exit", () => end("writer_ended"))
  })

const answerOf = (outcome: Outcome | undefined): Effect.Effect<number, Undone> =>
  typeof outcome === "number" ? Effect.succeed(outcome) : undone("no", outcome ?? "not_run")
