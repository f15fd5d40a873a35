/** Before anything was begun there is nothing to end. */
let stop: () => void = () => process.exit(0)

/**
 * Signals that ask to stop are heard from the first moment on. Without a listener one would end the process as a crash does, and be lost on
 * the first process of a container.
 */
export const hearStopSignals = (): void => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop())
}

/** What a signal does from now on. */
export const onStopSignal = (work: () => void): void => {
  stop = work
}
