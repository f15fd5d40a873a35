import { BoundedMap } from "./bounded-map.ts"

/** Failures in a row, and since when: times in milliseconds of the monotonic clock, so that no wall clock that jumps makes an outage longer. */
export type FailureRun = {
  readonly count: number
  readonly since: number
  /** When the last one failed. */
  readonly last: number
  /** Of the last one: a word, never a message. */
  readonly code: string
}

/** So many in a row are no accident: it keeps failing. */
export const keepsFailing = 5

/** Counts failures in a row, by key, until something succeeds. Forgets the longest unchanged ones beyond `most`. */
export class FailureRuns<Key> {
  readonly #runs: BoundedMap<Key, FailureRun>

  constructor(most: number) {
    this.#runs = new BoundedMap(most)
  }

  failed(key: Key, now: number, code: string): FailureRun {
    const before = this.#runs.get(key)
    const run = { count: (before?.count ?? 0) + 1, since: before?.since ?? now, last: now, code }
    this.#runs.set(key, run)
    return run
  }

  /** Answers the run that is over by that, if one was. */
  succeeded(key: Key): FailureRun | undefined {
    const run = this.#runs.get(key)
    this.#runs.delete(key)
    return run
  }

  of(key: Key): FailureRun | undefined {
    return this.#runs.get(key)
  }
}
