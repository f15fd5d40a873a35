import { Effect } from "effect"

/** Wakes one who waits; who rings while nobody does wakes the next one. */
export class Bell {
  #isRung = false
  #wake = () => {}

  readonly ring = (): void => {
    this.#isRung = true
    this.#wake()
  }

  /** Until it rings, at most so many milliseconds. */
  readonly wait = (millis: number): Effect.Effect<void> =>
    Effect.callback((resume) => {
      const done = () => {
        clearTimeout(timer)
        this.#isRung = false
        this.#wake = () => {}
        resume(Effect.void)
      }
      const timer = setTimeout(done, this.#isRung ? 0 : millis)
      this.#wake = done
      return Effect.sync(done)
    })
}
