/** Milliseconds that a wall clock is put right by without anybody noticing. */
const slew = 1000

/**
 * Answers what says whether the wall clock was set back since it was asked last, by its offset from the monotonic one. The first time it says
 * yes: the clock may have been ahead before this process began.
 */
export const makeWasSetBack = () => {
  let before = Number.POSITIVE_INFINITY
  return (wall: number): boolean => {
    const offset = wall - performance.now()
    const isSetBack = offset < before - slew
    if (isSetBack || offset > before) before = offset
    return isSetBack
  }
}
