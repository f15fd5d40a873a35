type Timer = { readonly at: number; readonly isProcess: boolean; readonly run: () => void; isOver: boolean }

const start = Date.parse("2026-11-25T10:00:00.000Z")

const real = {
  now: Date.now,
  performanceNow: performance.now,
  random: Math.random,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
  clearImmediate: globalThis.clearImmediate
}

/** Milliseconds by which a wall clock that is right may be wrong. */
const tolerance = 5 * 60_000

/** More than any history needs: one that is busy for ever is found out, and does not run for ever. */
const mostTimers = 100_000

/**
 * Time that passes only when it is told to: between `install` and `uninstall` both clocks, timers and chance of this thread are its own, so
 * that a seed repeats a history to the letter. The wall clock may be wrong; the other one never jumps.
 */
export class VirtualTime {
  /** Milliseconds of true time since 1970. */
  now = start
  /** Milliseconds that the wall clock is ahead of the true time. */
  #skew = 0
  #wrongSince: number | undefined
  #rightSince = Number.NEGATIVE_INFINITY
  #begin = this.now
  readonly #random: () => number
  #timers: Array<Timer> = []
  #immediates = new Set<() => void>()
  #fired = 0

  constructor(random: () => number) {
    this.#random = random
  }

  get wall(): number {
    return this.now + this.#skew
  }

  /** The wall clock jumps: from now on it is so many milliseconds ahead of the true time. */
  set skew(millis: number) {
    this.#skew = millis
    if (Math.abs(millis) > tolerance) this.#wrongSince ??= this.now
    else if (this.#wrongSince !== undefined) {
      this.#wrongSince = undefined
      this.#rightSince = this.now
    }
  }

  get skew(): number {
    return this.#skew
  }

  /** Milliseconds of true time from the beginning until then. */
  since(at: number): number {
    return at - start
  }

  /** Whether the wall clock was right at any moment of the last `millis`. */
  wasRight(millis: number): boolean {
    return this.#wrongSince === undefined || this.now - this.#wrongSince <= millis
  }

  /** Whether it was right at every moment of them. */
  wasAlwaysRight(millis: number): boolean {
    return this.#wrongSince === undefined && this.now - this.#rightSince > millis
  }

  install(): void {
    Date.now = () => this.wall
    performance.now = () => this.now - this.#begin
    Math.random = this.#random
    globalThis.setTimeout = ((run: () => void, millis = 0) => this.#add(millis, run, true)) as never
    globalThis.clearTimeout = ((timer?: Timer) => {
      if (timer) timer.isOver = true
    }) as never
    globalThis.setImmediate = ((run: () => void) => {
      this.#immediates.add(run)
      return run
    }) as never
    globalThis.clearImmediate = ((run: () => void) => void this.#immediates.delete(run)) as never
  }

  uninstall(): void {
    const { now, performanceNow, random, ...timers } = real
    Date.now = now
    performance.now = performanceNow
    Math.random = random
    Object.assign(globalThis, timers)
    Reflect.deleteProperty(performance, "timeOrigin")
  }

  /** Something of the world outside, which goes on when a process dies. */
  later(millis: number, run: () => void): void {
    this.#add(millis, run, false)
  }

  /** A process died: nothing that it waited for comes any more. The next one begins now. */
  newProcess(): void {
    this.#timers = this.#timers.filter(({ isProcess }) => !isProcess)
    this.#immediates = new Set()
    this.#begin = this.now
    Object.defineProperty(performance, "timeOrigin", { value: this.wall, configurable: true })
  }

  /** Lets time pass, and everything happen that is due meanwhile. */
  async advance(millis: number): Promise<void> {
    const end = this.now + millis
    await this.#settle()
    for (let timer = this.#timers[0]; timer && timer.at <= end; timer = this.#timers[0]) {
      this.#timers.shift()
      if (timer.isOver) continue
      if (++this.#fired > mostTimers) throw new Error("it never comes to rest")
      this.now = timer.at
      timer.isOver = true
      timer.run()
      await this.#settle()
    }
    this.now = end
  }

  #add(millis: number, run: () => void, isProcess: boolean): Timer {
    const timer = { at: this.now + Math.max(0, Math.ceil(millis)), isProcess, run, isOver: false }
    let place = this.#timers.length
    while (place > 0 && (this.#timers[place - 1] as Timer).at > timer.at) place--
    this.#timers.splice(place, 0, timer)
    return timer
  }

  /** Until nothing is left that waits for no time. */
  async #settle(): Promise<void> {
    while (true) {
      await new Promise<void>((done) => void real.setImmediate(done))
      if (this.#immediates.size === 0) return
      const ready = this.#immediates
      this.#immediates = new Set()
      for (const run of ready) run()
    }
  }
}
