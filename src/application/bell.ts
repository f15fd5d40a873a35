import { Effect } from "effect"

/** Wakes one who waits. A ring that nobody heard is kept for the next one. */
export class Bell {
  #isRung = false
  #wake = () => {}

  readonly ring = (): void => {
    this.#isRung = true
    this.#wake()
  }

  /** Until it rings, at most so many milliseconds. */
  readonly wait = (millis?: number): Effect.Effect<void> =>
    Effect.callback((resume) => {
      // Who waits no more must not take the ring of a later wait.
      const stop = () => {
        clearTimeout(timer)
        this.#wake = () => {}
      }
      const done = () => {
        stop()
        this.#isRung = false
        resume(Effect.void)
      }
      const timer = millis === undefined ? undefined : setTimeout(done, millis)
      if (this.#isRung) return done()
      this.#wake = done
      return Effect.sync(stop)
    })
}
