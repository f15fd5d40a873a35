/** When no more is begun. Times in milliseconds. */
export type Limits = {
  /** So many commands under way are never too many: a caller may always ask for some things at once, however slow the machine. */
  readonly few: number
  /** So many are always too many. */
  readonly most: number
  /** How old the oldest command may be while more than a few are under way, in a burst and once there were too many. */
  readonly burstAge: number
  readonly standingAge: number
  /** How long after the last refusal it is over: longer than `Retry-After`, so that who comes again belongs to it. */
  readonly calm: number
  /** How long after its time the event loop may come to a look at it, and how many looks in a row may be later. */
  readonly lateness: number
  readonly lateLooks: number
  /** Callbacks a second, and twice as many in a burst, while they are in the way of anything. */
  readonly callbacks: number
}

/** What they do is shown by `bench/overload.ts`. */
export const usualLimits: Limits = {
  few: 64,
  most: 2000,
  burstAge: 70,
  standingAge: 12,
  calm: 5000,
  lateness: 200,
  lateLooks: 3,
  callbacks: 1000
}

/** Between two looks at the event loop. */
export const lookInterval = 200
