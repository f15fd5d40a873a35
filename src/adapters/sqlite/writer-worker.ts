import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads"
import { openGroupCommit } from "./group-commit.ts"
import type { Job, WriterOptions } from "./jobs.ts"

const port = parentPort
if (port === null) throw new Error("writer-worker.ts runs as a worker thread")

const { commit, close } = openGroupCommit(workerData as WriterOptions)

/** Jobs, or nothing more: the end. */
type ToWriter = ReadonlyArray<Job>

// An exception ends this thread, and the main thread learns of it: nothing is committed on these connections any more.
port.on("message", (first: ToWriter) => {
  const jobs: Array<Job> = []
  let isEnd = false
  for (let next: ToWriter | undefined = first; next !== undefined; next = receiveMessageOnPort(port)?.message) {
    if (next.length === 0) isEnd = true
    jobs.push(...next)
  }
  if (jobs.length > 0) port.postMessage(commit(jobs))
  if (isEnd) {
    close()
    port.close()
  }
})
port.postMessage("open")
