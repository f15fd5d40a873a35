import { checkOutcomes } from "./check-outcome.ts"
import { startCrowd } from "./crowd.ts"
import type { Met } from "./death.ts"
import type { Lane } from "./lane.ts"
import type { Measured } from "./plan.ts"

const less = (met: Met, before: Met): Met =>
  Object.fromEntries(Object.entries(met).map(([point, times]) => [point, times - (before[point] ?? 0)]))

const start = async (lane: Lane) => {
  if (!(await lane.start())) throw new Error(`the service does not start: ${lane.life().output()}`)
}

/** Runs a lane that was never started without any crash: what is met where. What is found without a crash is thrown. */
export const measure = async (lane: Lane): Promise<Measured> => {
  await start(lane)
  const first = await lane.life().met()
  const begun = Date.now()
  const outcomes = await startCrowd(lane.api)
  const millis = Date.now() - begun
  const load = less(await lane.life().met(), first)
  const { lost, repeated } = await checkOutcomes(lane, outcomes, begun)
  if (lost.length + repeated.length > 0)
    throw new Error(`found without any crash: ${[...lost, ...repeated].join("; ")}`)
  await lane.life().kill("SIGTERM")
  await start(lane)
  return { first, load, start: await lane.life().met(), millis }
}
