/** How patient publishing is; all in milliseconds. */
export type Pace = {
  /** After the first of several failures in a row; the pauses double from there. */
  readonly firstPause: number
  readonly longestPause: number
  /** How often it is looked whether there is something new, though nobody told of it. */
  readonly look: number
  /** How often the topic is looked at, though nothing was rejected. */
  readonly check: number
  /** Before a topic that is not what it was is looked at again: after a change of leaders it may say so for a moment. */
  readonly secondLook: number
  /** After which a broker that answers nothing is said to be down, though nothing has failed yet. */
  readonly silence: number
  /** Between two saves of the checkpoint: each costs commands the time of a commit. */
  readonly save: number
}

export const usualPace: Pace = {
  firstPause: 100,
  longestPause: 5000,
  look: 1000,
  check: 30_000,
  secondLook: 1000,
  silence: 10_000,
  save: 250
}

/** With jitter, so that what failed together does not return together. */
export const pauseAfter = (failures: number, { firstPause, longestPause }: Pace): number =>
  Math.min(longestPause, firstPause * 2 ** Math.min(failures - 1, 30)) * (0.75 + Math.random() / 4)
