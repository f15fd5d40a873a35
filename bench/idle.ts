import { setTimeout as pause } from "node:timers/promises"
import { median } from "./rounds.ts"
import { cpuSeconds, startStack } from "./stack.ts"

/** Seconds over which the idle service is watched. */
const watched = 10

/** How long a start takes until the service listens (process start included), and what it costs when nobody asks for anything. */
export const run = async (rounds = 3) => {
  const starts: Array<number> = []
  let idlePercent = Number.NaN
  for (let round = 0; round < rounds; round++) {
    const stack = await startStack(true)
    starts.push(stack.service.startMillis)
    if (round === 0) {
      await pause(2000)
      const cpu = cpuSeconds(stack.service.pid)
      await pause(watched * 1000)
      idlePercent = Number((((cpuSeconds(stack.service.pid) - cpu) / watched) * 100).toFixed(2))
    }
    await stack.stop()
  }
  return { startMillis: Math.round(median(starts)), idlePercent }
}

if (import.meta.main) console.log(await run())
