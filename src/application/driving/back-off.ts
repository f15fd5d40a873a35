/** Milliseconds of the first pause. */
const first = 500

/** The pause in whole milliseconds before the next try after `tries` of them: doubles up to `max` milliseconds, with jitter, so that what failed together does not return together. */
export const backOff = (tries: number, max: number): number =>
  Math.ceil(Math.min(max, first * 2 ** Math.min(tries, 30)) * (0.75 + Math.random() / 4))
