import { availableParallelism } from "node:os"
import { Worker } from "node:worker_threads"
import { Effect, Semaphore } from "effect"
import { walkReport } from "../application/count-words.ts"
import type { Position } from "../application/ports/event-store.ts"
import type { Report } from "../application/ports/operator-requests.ts"
import { type Part, type Range, replayPart } from "../application/replaying/replay.ts"
import type { Reading } from "./reading.ts"

/** Of fewer events a thread takes longer to begin than to be done. */
const fewest = 50_000
const mostThreads = 4

/** What a thread is given. */
export type GivenPart = { readonly dataDir: string; readonly range: Range }
/** What it tells: how far it is, what it found, or why it found nothing. */
export type ToldPart =
  | { readonly _tag: "Progress"; readonly events: number; readonly position: Position }
  | { readonly _tag: "Done"; readonly part: Part }
  | { readonly _tag: "Failed"; readonly message: string }

/** A thread could not look at its part. */
class PartFailed extends Error {
  readonly _tag = "PartFailed"
}

/** As many as there are cores, of a log in SQLite that is long enough. */
export const threadsFor = ({ eventStore }: Pick<Reading, "eventStore">, end: Position): number =>
  eventStore.kind === "sqlite" ? Math.min(availableParallelism(), mostThreads, Math.ceil(end / fewest)) : 1

const rangesOf = (end: Position, threads: number): ReadonlyArray<Range> =>
  Array.from({ length: threads }, (_, n) => ({
    from: Math.floor((end * n) / threads),
    to: Math.floor((end * (n + 1)) / threads)
  }))

/** Replays the log in parts of the same length at the same time: the first one here, each other one in a thread of its own. */
export const replayInParts = Effect.fnUntraced(function* (
  { dataDir }: Pick<Reading, "dataDir">,
  end: Position,
  threads: number,
  tell: (report: Report) => Effect.Effect<void>
) {
  const began = performance.now()
  const done = rangesOf(end, threads).map((range) => ({ range, events: 0, position: range.from }))
  const report = Effect.suspend(() => {
    const events = done.reduce((sum, part) => sum + part.events, 0)
    const position = done.reduce((sum, part) => sum + part.position - part.range.from, 0)
    return tell(walkReport({ events, position, end, millis: performance.now() - began }))
  })
  const { withPermit } = yield* Semaphore.make(1)
  const progress = (n: number) => (events: number, position: Position) => {
    Object.assign(done[n] ?? {}, { events, position })
    return withPermit(report)
  }
  const here = (range: Range) => replayPart(range, progress(0))
  const there = (range: Range, n: number) =>
    inThread({ dataDir, range }, (events, position) => Effect.runFork(progress(n)(events, position)))
  const [first, ...others] = done.map(({ range }) => range)
  return yield* Effect.all([...(first ? [here(first)] : []), ...others.map((range, n) => there(range, n + 1))], {
    concurrency: "unbounded"
  })
})

const inThread = (given: GivenPart, progress: (events: number, position: Position) => void) =>
  Effect.callback<Part, PartFailed>((resume) => {
    // It inherits no environment: that may hold secrets.
    const worker = new Worker(new URL("./replay-worker.ts", import.meta.url), { workerData: given, env: {} })
    const failed = (message: string) => resume(Effect.fail(new PartFailed(message)))
    worker.on("message", (told: ToldPart) => {
      if (told._tag === "Progress") progress(told.events, told.position)
      else if (told._tag === "Done") resume(Effect.succeed(told.part))
      else failed(told.message)
    })
    worker.on("error", () => failed("A part of the log could not be looked at."))
    worker.on("exit", () => failed("A part of the log could not be looked at."))
    return Effect.promise(() => worker.terminate())
  })
