import { callerOf } from "../../chaos/caller.ts"
import type { Api } from "../api.ts"
import { eventually, patience } from "../eventually.ts"

/** So many partner users at a time, one after the other in each lane. */
const startCallersWho = (lanes: number, serveOne: () => Promise<void>) => {
  let isOver = false
  let count = 0
  const lane = async () => {
    for (; !isOver; count++) await serveOne()
  }
  const running = Promise.all(Array.from({ length: lanes }, lane))
  running.catch(() => {})
  return {
    /** Waits for so many more that have been through. */
    more: async (callers: number) => {
      const target = count + callers
      await Promise.race([running, eventually("callers that are answered", () => count >= target)])
    },
    /** Answers how many have been through; throws when one of them was answered otherwise than it had to be. */
    stop: async (): Promise<number> => {
      isOver = true
      await running
      return count
    }
  }
}

/** Callers that notice whatever goes wrong: each call is answered, and as always. */
export const startCallers = (api: Api, userWith: () => string, lanes: number) =>
  startCallersWho(lanes, async () => {
    const { id } = await api.start(userWith())
    await api.get(id)
    const { status, text } = await api.withdraw(id)
    if (status !== 200) throw new Error(`the withdrawal was answered ${status}: ${text}`)
  })

/** Callers whose service may be killed: each repeats what was not answered. */
export const startStubbornCallers = (api: Api, userWith: () => string, lanes: number) =>
  startCallersWho(lanes, async () => {
    const caller = callerOf(api, userWith(), 2 * patience)
    await caller.withdraw(await caller.request())
  })
