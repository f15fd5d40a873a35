/** Milliseconds before the next try. */
const pauses = { first: 50, most: 1_000 }
/** Milliseconds after which a subscription counts as one that stays. */
const steady = 10_000
/** So often it may end early before that counts as a sign that it will again. */
const patience = 3

/** When to try again to follow the log, and whether to believe that it is followed: a subscription that ends early may do so for ever. */
export class BackOff {
  #tries = 0
  /** How often it ended since it last was steady or got further. */
  #ends = 0
  #isFollowing = false
  #lived = 0

  /** Whether its beginning says nothing any more. */
  get isFlapping(): boolean {
    return this.#ends >= patience
  }

  /** It follows the log. */
  began(): void {
    this.#isFollowing = true
    this.#lived = 0
  }

  /** Called every `millis`: turns of a clock count, and not the time, since a process that stood still has not followed anything. */
  tick(millis: number): void {
    if (!this.#isFollowing) return
    this.#lived += millis
    if (this.#lived >= steady) this.succeeded()
  }

  /** It got further. */
  succeeded(): void {
    this.#tries = 0
    this.#ends = 0
  }

  /** It does not follow the log; answers the milliseconds before the next try. */
  ended(): number {
    if (this.#isFollowing) this.#tries = this.#ends++
    this.#isFollowing = false
    return Math.min(pauses.first * 2 ** this.#tries++, pauses.most)
  }
}
