import { setTimeout as sleep } from "node:timers/promises"
import type { Random } from "../fuzz/random.ts"
import { checkOutcomes, type Findings } from "./check-outcome.ts"
import { type Outcome, startCrowd } from "./crowd.ts"
import type { Lane } from "./lane.ts"
import { nameOf, type Plan } from "./plan.ts"

export type Round = Findings & {
  /** Acknowledged with 201. */
  readonly registrations: number
  /** Milliseconds from the service's being back for good to the end of the last registration. */
  readonly recovered: number
}

/** Milliseconds. */
export type Times = {
  /** How long a crowd takes when nothing happens. */
  readonly millis: number
  /** How long its callers try, if not as long as usual. */
  readonly patience?: number
  /** In which all have to end once the service is back; by default in the time that callers try. */
  readonly recovery?: number
}

/** The crowds of a round; there always is one that is not done yet. */
const makeCrowds = ({ api }: Lane, patience: number | undefined) => {
  const all: Array<Promise<ReadonlyArray<Outcome>>> = []
  let open = 0
  const ensure = () => {
    if (open > 0) return
    open++
    all.push(startCrowd(api, patience).finally(() => open--))
  }
  return { ensure, done: async () => (await Promise.all(all)).flat() }
}
type Crowds = ReturnType<typeof makeCrowds>

/** Whether the service died while it was under load. */
const dies = ({ life }: Lane, crowds: Crowds): Promise<boolean> => {
  crowds.ensure()
  return Promise.race([life().ended.then(() => true), crowds.done().then(() => false)])
}

/** The server of its log dies under load, and stays away for a while in which the service is asked for this and that. */
const killStore = async (lane: Lane, withService: boolean, random: Random, millis: number) => {
  const { store, life } = lane
  if (!store) throw new Error("there is no store to kill")
  await sleep(random.below(millis))
  await Promise.all([store.kill("SIGKILL"), withService && life().kill("SIGKILL")])
  await sleep(random.below(millis / 4))
  await store.start()
  if (!withService && !lane.isAlive()) throw new Error(`it died with its store: ${life().output().slice(-1000)}`)
}

/** Kills the service as planned, whether it runs or is dead already. */
const kill = async (lane: Lane, plan: Plan, random: Random, crowds: Crowds, { millis }: Times): Promise<void> => {
  const killNow = () => lane.life().kill("SIGKILL")
  const atAnyMoment = async () => {
    crowds.ensure()
    if (!lane.isAlive()) await lane.start()
    await sleep(random.below(millis))
    await killNow()
  }
  if (plan.kind === "kill") return atAnyMoment()
  if (plan.kind === "store") {
    crowds.ensure()
    if (!lane.isAlive()) await lane.start()
    return killStore(lane, plan.withService, random, millis)
  }

  const { point } = plan
  const death = { point, nth: plan.kind === "load" ? 1 + random.below(plan.most) : 1 }
  if (plan.kind === "start" && lane.isAlive()) await atAnyMoment()
  if (plan.kind === "first start") {
    await killNow()
    lane.forget()
  }
  crowds.ensure()
  if (lane.isAlive()) await lane.life().arm(death)
  else await lane.start(death)
  if (await dies(lane, crowds)) return
  // It was met too seldom, by chance.
  await lane.life().arm({ point, nth: 1 })
  if (await dies(lane, crowds)) return
  // Some work is done once in a life, and was.
  await killNow()
  await lane.start({ point, nth: 1 })
  if (!(await dies(lane, crowds))) throw new Error(`it did not die at ${nameOf(plan)}`)
}

/** What the service itself said of a round that went wrong. */
const complaintsIn = (output: string): string =>
  output
    .split("\n")
    .filter((line) => !line.includes('"level":"info"'))
    .slice(-10)
    .join(" ")

/** Nobody kills it any more. */
const endOf = async (lane: Lane): Promise<never> => {
  const life = lane.life()
  await life.ended
  throw new Error(`it ended by itself: ${life.output().slice(-1000)}`)
}

/**
 * Kills the service under load as planned, once or several times in a row, starts it again, and looks at what became of everything. It runs
 * when this returns.
 */
export const playRound = async (
  lane: Lane,
  plans: ReadonlyArray<Plan>,
  random: Random,
  times: Times
): Promise<Round> => {
  const crowds = makeCrowds(lane, times.patience)
  for (const plan of plans) await kill(lane, plan, random, crowds, times)
  if (!lane.isAlive() && !(await lane.start())) {
    const { output } = lane.life()
    lane.forget()
    await lane.start()
    throw new Error(`it does not start again: ${output().slice(-500)}`)
  }
  const since = Date.now()
  const end = endOf(lane)
  // It ends later on, and that is no news then.
  end.catch(() => {})
  const outcomes = await Promise.race([crowds.done(), end])
  const findings = await checkOutcomes(lane, outcomes, since, times.recovery)
  if (findings.lost.length > 0) findings.lost[0] += ` The log says: ${complaintsIn(lane.life().output())}`
  return {
    ...findings,
    registrations: outcomes.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0),
    recovered: Math.max(0, ...outcomes.map(({ endedAt }) => endedAt - since))
  }
}
