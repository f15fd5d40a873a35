import { writeSync } from "node:fs"
import { codeOf } from "../application/error-words.ts"

export type LineWriter = {
  readonly write: (line: string) => void
  /** Writes what waits. Gives up when nobody reads. */
  readonly flush: () => void
}

/** Bytes that wait for the reader at most; lines beyond are dropped. */
const maxWaiting = 4 * 1024 * 1024
/** Milliseconds between looks at a reader that has stalled. */
const pause = 10
/** Milliseconds that the end of the process waits for one. */
const patience = 1000

const nothing = Buffer.alloc(0)
const neverNotified = new Int32Array(new SharedArrayBuffer(4))

/**
 * Lines to stdout, once in each turn of the event loop, and what is left when the process ends. A reader that has stalled holds up
 * neither. `onDropped` is told how many lines were lost once there is room again. (SonicBoom, which Pino brings, leaves the end of the
 * process to its reader: it repeats a last write for ever, or waits for a thread that hangs in one.)
 */
export const openStdout = (onDropped: (count: number) => void): LineWriter => {
  // To look at it makes a pipe non-blocking, which a write relies on.
  void process.stdout
  let waiting = ""
  let rest = nothing
  let dropped = 0
  let isScheduled = false

  /** Whether all is written. */
  const writeOut = (): boolean => {
    while (rest.length > 0 || waiting !== "") {
      if (rest.length === 0) {
        rest = Buffer.from(waiting)
        waiting = ""
      }
      try {
        rest = rest.subarray(writeSync(1, rest))
      } catch (error) {
        if (codeOf(error) === "EAGAIN") return false
        // The reader is gone, or the disk is full: no reason to stop working.
        rest = nothing
      }
    }
    return true
  }
  const proceed = (): void => {
    isScheduled = !writeOut()
    if (isScheduled) setTimeout(proceed, pause).unref()
    else if (dropped > 0) {
      const count = dropped
      dropped = 0
      onDropped(count)
    }
  }
  const flush = (): void => {
    const end = performance.now() + patience
    while (!writeOut() && performance.now() < end) Atomics.wait(neverNotified, 0, 0, pause)
  }
  process.once("exit", flush)

  return {
    write: (line) => {
      if (rest.length + waiting.length + line.length > maxWaiting) dropped++
      else {
        waiting += line
        if (!isScheduled) setImmediate(proceed)
        isScheduled = true
      }
    },
    flush
  }
}
