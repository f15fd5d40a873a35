export type SilenceTimings = {
  /** Milliseconds for which nothing may come while something is missing. */
  readonly silence: number
  /** Milliseconds after which the end of the log is looked at when nothing comes and nothing is known to be missing. */
  readonly endCheck: number
}

/** How often the patience with a silent subscription doubles at most: a slow server must get to its first answer some time. */
const mostDoublings = 3

/** How long nothing has come. It counts turns of a clock and not the time: a process that stood still has not listened. */
export class Silence {
  /** Signs of life. */
  heard = 0
  #heardBefore = 0
  #quiet = 0
  #missing = 0
  #doublings = 0
  readonly #timings: SilenceTimings

  constructor(timings: SilenceTimings) {
    this.#timings = timings
  }

  begin(): void {
    this.#quiet = 0
    this.#missing = 0
  }

  broken(): void {
    this.heard++
    this.#doublings = 0
  }

  /** What is due after `millis` more. */
  tick(millis: number, isMissing: boolean): "renew" | "look" | undefined {
    const isQuiet = this.#heardBefore === this.heard
    this.#heardBefore = this.heard
    this.#quiet = isQuiet ? this.#quiet + millis : 0
    this.#missing = isQuiet && isMissing ? this.#missing + millis : 0
    const { silence, endCheck } = this.#timings
    if (this.#missing > silence * 2 ** this.#doublings) {
      this.#doublings = Math.min(this.#doublings + 1, mostDoublings)
      this.begin()
      return "renew"
    }
    if (this.#quiet < endCheck) return undefined
    this.#quiet = 0
    return "look"
  }
}
