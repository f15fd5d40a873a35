import { setTimeout as sleep } from "node:timers/promises"

/** How long anything may take, on a machine that is slow and stands still at times. Says nothing of how long it takes. */
export const patience = 60_000

/** Waits until a question has an answer; after `patience` it fails, and says what was waited for. */
export const eventually = async <A>(
  what: string,
  ask: () => A | undefined | false | Promise<A | undefined | false>
): Promise<A> => {
  for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(20)) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
  }
  throw new Error(`waited in vain for ${what}`)
}
