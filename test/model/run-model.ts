import { randomOf } from "../fuzz/random.ts"
import { play } from "./play.ts"
import { shrink } from "./shrink.ts"
import { drawHistory, type History } from "./steps.ts"
import type { Broken, Flaw } from "./world.ts"

export type Found = { readonly broken: Broken; readonly history: History; readonly after: number }

/** Plays so many histories of a seed; answers the first that breaks a rule, shrunk. */
export const runModel = async (seed: number, histories: number, flaw?: Flaw): Promise<Found | undefined> => {
  for (let n = 0; n < histories; n++) {
    const history = drawHistory(seed + n, randomOf(seed, n))
    const broken = await play(history, flaw)
    if (!broken) continue
    const again = async (shorter: History) => (await play(shorter, flaw))?.rule === broken.rule
    return { broken, history: await shrink(history, again), after: n + 1 }
  }
  return undefined
}
