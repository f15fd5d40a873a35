/** When no more is begun. Times in milliseconds, where nothing else is said. */
export type Limits = {
  /** So many commands under way are never too many, in a burst and in an overload, once there were too many: callers may ask for some things at once, however slow the machine. */
  readonly fewInBurst: number
  readonly fewInOverload: number
  /** So many are always too many. */
  readonly most: number
  /** How old the oldest command may be while more than a few are under way. */
  readonly ageInBurst: number
  readonly ageInOverload: number
  /** Seconds after which who is refused may come again. */
  readonly retryAfter: number
  /** How long after the last refusal an overload is over: longer than `retryAfter`, so that who comes again belongs to it. */
  readonly calm: number
  /** How late a tick of the event loop may come, and how many in a row may be later. */
  readonly lateness: number
  readonly lateTicks: number
  /** Callbacks a second, and twice as many in a burst, while they are in the way of anything. */
  readonly callbacks: number
}

/** What they do is shown by `bench/overload.ts`. */
export const usualLimits: Limits = {
  fewInBurst: 256,
  fewInOverload: 64,
  most: 2000,
  ageInBurst: 70,
  ageInOverload: 12,
  retryAfter: 2,
  calm: 5000,
  lateness: 200,
  lateTicks: 3,
  callbacks: 1000
}

/** Between two ticks. */
export const tickInterval = 200
