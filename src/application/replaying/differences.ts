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

/** Differences as they are found: the first ones, and how many there are. */
export class Differences {
  readonly first: Array<Difference> = []
  readonly #told = new Set<string>()
  readonly #unusable = new Set<string>()
  total = 0

  readonly add = (difference: Difference): void => {
    this.total++
    if (this.first.length < named) this.first.push(difference)
  }

  /** Of a row the first thing is told. */
  readonly addOnce = (difference: Difference): void => this.#once(this.#told, difference)

  /** Nothing can be said of what comes after it in its history. */
  readonly unusable = (difference: Difference): void => this.#once(this.#unusable, difference)
  readonly isUnusable = (registration: string): boolean => this.#unusable.has(registration)

  readonly #once = (known: Set<string>, difference: Difference): void => {
    if (known.has(difference.registration)) return
    if (known.size < remembered) known.add(difference.registration)
    this.add(difference)
  }
}
