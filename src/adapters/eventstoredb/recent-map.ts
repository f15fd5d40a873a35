/** A map that forgets what was set long ago: it keeps so many entries at least, and twice as many at most. */
export class RecentMap<K, V> {
  #young = new Map<K, V>()
  /** Forgotten all at once: to forget them one by one would cost more than what they are remembered for. */
  #old = new Map<K, V>()
  readonly #kept: number

  constructor(kept: number) {
    this.#kept = kept
  }

  get(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key)
  }

  set(key: K, value: V): void {
    this.#young.set(key, value)
    if (this.#young.size < this.#kept) return
    this.#old = this.#young
    this.#young = new Map()
  }
}
