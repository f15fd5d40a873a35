import { setTimeout as sleep } from "node:timers/promises"

/** Waits until a condition holds. Fails by the test's own time limit, which says nothing of how fast the machine is. */
export const eventually = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await sleep(20)
}
