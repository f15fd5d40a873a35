/** Draws that the same seed repeats. */
export interface Random {
  /** A whole number from 0 up to `bound`, without it. */
  readonly below: (bound: number) => number
  readonly chance: (share: number) => boolean
  readonly pick: <A>(choices: ReadonlyArray<A>) => A
}

/** mulberry32: 32 bits of state, good enough to choose with. */
export const makeRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return {
    below,
    chance: (share) => next() < share,
    pick: <A>(choices: ReadonlyArray<A>) => choices[below(choices.length)] as A
  }
}

/** The draws of one request: the same whatever was drawn for the others. */
export const randomOf = (seed: number, number: number): Random => makeRandom(seed + Math.imul(number, 0x9e3779b1))
