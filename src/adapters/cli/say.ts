import * as Effect from "effect/Effect"

/** Where a command writes, a line at a time. */
export type Output = {
  readonly stdout: (line: string) => void
  readonly stderr: (line: string) => void
  /** Somebody looks on. */
  readonly isTerminal: boolean
}

/** 0: done; 1: it could not be done now; 2: refused, and nothing was changed. */
export type ExitCode = 0 | 1 | 2

/** Ends a command with a sentence: on stdout where it was done. */
export const say = (code: ExitCode, sentence: string, { stdout, stderr }: Output): Effect.Effect<ExitCode> =>
  Effect.sync(() => {
    const write = code === 0 ? stdout : stderr
    write(sentence)
    return code
  })
