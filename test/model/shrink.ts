import type { History, Step } from "./steps.ts"

/** Plays that a shrinking may take. */
const most = 1000

/**
 * A shorter history that still fails: steps are left out, first many at once, then one by one, and pauses shortened, as long as that
 * helps. What is left takes other times than before, so that a few seeds are tried. `fails` plays a history and says whether it breaks the
 * same rule.
 */
export const shrink = async (history: History, fails: (history: History) => Promise<boolean>): Promise<History> => {
  let best = history
  let plays = 0
  const isBetter = async (steps: ReadonlyArray<Step>): Promise<boolean> => {
    for (const seed of [best.seed, 1, 2, 3]) {
      if (plays++ >= most) return false
      if (!(await fails({ seed, steps }))) continue
      best = { seed, steps }
      return true
    }
    return false
  }
  for (let size = Number.POSITIVE_INFINITY; sizeOf(best) < size; ) {
    size = sizeOf(best)
    for (let chunk = best.steps.length; chunk >= 1; chunk = Math.floor(chunk / 2))
      for (let at = best.steps.length - chunk; at >= 0; at -= chunk) await isBetter(without(best.steps, at, chunk))
    for (const [at, step] of best.steps.entries())
      for (const after of [0, 100, 2500])
        if (after < step.after && (await isBetter(best.steps.with(at, { ...step, after })))) break
  }
  return best
}

const sizeOf = ({ steps }: History): number => steps.reduce((size, { after }) => size + 1e9 + after, 0)

const without = (steps: ReadonlyArray<Step>, at: number, count: number): ReadonlyArray<Step> => [
  ...steps.slice(0, at),
  ...steps.slice(at + count)
]
