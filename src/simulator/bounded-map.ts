/** A map that forgets its oldest entry when it grows over `limit`, so that a long run needs no more memory than a short one. */
export class BoundedMap<K, V> extends Map<K, V> {
  forgotten = 0
  readonly #limit: number
  readonly #onForget: (value: V) => void
  // One iterator for ever: a new one would step over all the entries that were deleted before it.
  #oldest: MapIterator<[K, V]>

  constructor(limit: number, onForget: (value: V) => void = () => {}) {
    super()
    this.#limit = limit
    this.#onForget = onForget
    this.#oldest = this.entries()
  }

  override set(key: K, value: V): this {
    super.set(key, value)
    if (this.size > this.#limit) this.#forget()
    return this
  }

  override clear(): void {
    super.clear()
    this.#oldest = this.entries()
  }

  #forget(): void {
    const { value: oldest } = this.#oldest.next()
    if (oldest === undefined) return
    this.delete(oldest[0])
    this.forgotten++
    this.#onForget(oldest[1])
  }
}

/** Appends to a list of at most `limit` entries; the oldest go. */
export const appendBounded = <A>(list: Array<A>, entry: A, limit: number): void => {
  list.push(entry)
  if (list.length > limit) list.shift()
}
