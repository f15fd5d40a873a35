/** Something that waits for its turn. */
export type Job = {
  readonly start: () => void
  /** It waited too long, or nothing is begun any more. */
  readonly refuse: (code: string) => void
  /** By the monotonic clock. */
  readonly since: number
}

export type Lane = {
  readonly enter: (job: Job) => void
  /** Somebody does not wait for a turn any more. */
  readonly leave: (job: Job) => void
  /** A job that was started is over. */
  readonly done: () => void
  /** Refuses whatever waits. */
  readonly clear: (code: string) => void
}

export type LaneOptions = {
  /** So many jobs run at once. */
  readonly limit: number
  /** Milliseconds after which a job that waits is refused rather than begun: whoever asked has waited long enough. */
  readonly patience: number
  /** How many jobs wait or run; told whenever that changes. */
  readonly onChange?: ((count: number) => void) | undefined
}

/** More would only wait longer than whoever asked. */
const maxWaiting = 10_000

/** Jobs begin in the order in which they came. */
export const makeLane = ({ limit, patience, onChange }: LaneOptions): Lane => {
  const waiting = new Set<Job>()
  let running = 0
  const changed = () => onChange?.(waiting.size + running)
  const start = (job: Job) => {
    running++
    job.start()
  }

  return {
    enter: (job) => {
      if (running < limit) start(job)
      else if (waiting.size < maxWaiting) waiting.add(job)
      else return job.refuse("overloaded")
      changed()
    },
    leave: (job) => {
      if (waiting.delete(job)) changed()
    },
    done: () => {
      running--
      for (const job of waiting) {
        if (running >= limit) break
        waiting.delete(job)
        if (performance.now() - job.since > patience) job.refuse("overloaded")
        else start(job)
      }
      changed()
    },
    clear: (code) => {
      const all = [...waiting]
      waiting.clear()
      for (const job of all) job.refuse(code)
      changed()
    }
  }
}
