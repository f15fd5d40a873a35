import type { Arrival } from "../../../application/messages/new-messages.ts"

/** Messages that are sent together, at most. */
const most = 100

/** Lets new messages wait a moment for others that follow on them. */
export const makeGathered = (millis: number, giveOut: (arrival: Arrival) => void) => {
  let gathered: Arrival | undefined
  let timer: NodeJS.Timeout | undefined
  const clear = () => {
    clearTimeout(timer)
    timer = undefined
    gathered = undefined
  }
  const flush = () => {
    const all = gathered
    clear()
    if (all) giveOut(all)
  }
  const add = (arrival: Arrival) => {
    if (gathered && gathered.upTo !== arrival.after) flush()
    const { after, messages } = gathered ?? { after: arrival.after, messages: [] }
    gathered = { ...arrival, after, messages: [...messages, ...arrival.messages] }
    if (gathered.messages.length >= most) flush()
    else timer ??= setTimeout(flush, millis)
  }
  return { add, clear }
}
