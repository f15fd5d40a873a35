import { pino } from "pino"

export type LineWriter = {
  readonly write: (line: string) => void
  /** Writes what waits, or gives up when nobody reads. */
  readonly flush: () => void
}

/** Bytes that wait for the reader at most; lines beyond are dropped. */
const maxLength = 4 * 1024 * 1024
/** Milliseconds that the end of the process waits for the reader. */
const patience = 1000

/**
 * Lines to stdout, written aside: a reader that has stalled holds up neither the event loop nor the end of the process, which writes what
 * still waits. `onDropped` is told how many lines were lost once there is room again.
 */
export const openStdout = (onDropped: (count: number) => void): LineWriter => {
  let givesUpAt = Number.POSITIVE_INFINITY
  const stream = pino.destination({ dest: 1, sync: false, maxLength, retryEAGAIN: () => performance.now() < givesUpAt })
  // A disk that is full or a terminal that is gone is no reason to stop working.
  stream.on("error", () => {})

  let dropped = 0
  stream.on("drop", () => {
    dropped++
  })
  stream.on("drain", () => {
    if (dropped > 0) onDropped(dropped)
    dropped = 0
  })

  const flushSync = stream.flushSync.bind(stream)
  const flush = () => {
    givesUpAt = Math.min(givesUpAt, performance.now() + patience)
    try {
      flushSync()
    } catch {
      // Nobody reads.
    }
  }
  // Pino calls it when the process ends; an error there would change the exit code.
  stream.flushSync = flush

  return {
    write: (line) => {
      try {
        stream.write(line)
      } catch {
        // The stream ends when nothing else is left to do.
      }
    },
    flush
  }
}
