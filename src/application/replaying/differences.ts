/** What today's code makes otherwise, or cannot make. */
export type What =
  | "no_row"
  | "other_row"
  | "row_behind"
  | "row_beyond_log"
  | "row_without_log"
  | "no_message"
  | "other_message"
  | "no_event_of_message"
  | "unreadable_event"
  | "missing_event"
  | "other_second_fold"

/** Where: a registration, and the revision, where its history has one there. */
export type Difference = { readonly registration: string; readonly revision?: number; readonly what: What }

/** So many are named. */
const named = 20
/** Registrations that are remembered, so that each is told of once. */
const remembered = 100_000

/** What was found in a part of the log; plain data, for whoever looked elsewhere. */
export type FoundInPart = {
  readonly named: ReadonlyArray<Difference>
  readonly count: number
  readonly unusable: ReadonlyArray<Difference>
}

/** Differences as they are found: the first ones, and how many there are. */
export class Differences {
  readonly #named: Array<Difference> = []
  #count = 0
  readonly #told = new Set<string>()
  /** One for each registration: two parts of the log may come by it. */
  readonly #unusable = new Map<string, Difference>()

  get total(): number {
    return this.#count + this.#unusable.size
  }
  get first(): ReadonlyArray<Difference> {
    return [...this.#unusable.values(), ...this.#named].slice(0, named)
  }

  readonly add = (difference: Difference): void => {
    this.#count++
    if (this.#named.length < named) this.#named.push(difference)
  }

  /** Of a row the first thing is told. */
  readonly addOnce = (difference: Difference): void => {
    if (this.#told.has(difference.registration)) return
    if (this.#told.size < remembered) this.#told.add(difference.registration)
    this.add(difference)
  }

  /** Nothing can be said of what comes after it in its history. */
  readonly unusable = (difference: Difference): void => {
    const { registration } = difference
    if (!this.#unusable.has(registration) && this.#unusable.size < remembered)
      this.#unusable.set(registration, difference)
  }
  readonly isUnusable = (registration: string): boolean => this.#unusable.has(registration)

  readonly found = (): FoundInPart => ({
    named: this.#named,
    count: this.#count,
    unusable: [...this.#unusable.values()]
  })
  /** Takes over what was found in a later part. */
  readonly addPart = ({ named: more, count, unusable }: FoundInPart): void => {
    this.#count += count
    this.#named.push(...more)
    for (const difference of unusable) this.unusable(difference)
  }
}
