import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makeRandom, randomOf } from "../fuzz/random.ts"
import { type Lane, openLane } from "./lane.ts"
import { measure } from "./measure.ts"
import { type Measured, metAtAll, nameOf, type Plan, plansOf } from "./plan.ts"
import { gaps, portOf } from "./points.ts"
import { playRound, type Round } from "./round.ts"

export type Options = {
  /** Of each crash point. */
  readonly rounds: number
  /** Crash points of this port alone; of every port when it is not given. */
  readonly port?: string
  /** Of the points of a start those after a call alone: one before a call is, as a rule, the one after the call before it. */
  readonly startsAfterCalls?: boolean
  /** At any moment, beside those. */
  readonly kills: number
  /** Gives each lane a double of EventStoreDB of its own, and kills that so many times: alone, and with the service. */
  readonly storeKills?: number
  /** How often the service dies in one round: 1 tells best what a crash did, more take less time. */
  readonly deaths: number
  readonly seed: number
  /** Services that are killed at the same time, each with a platform of its own. */
  readonly lanes: number
  /** Milliseconds in which all have to end once the service is back: how fast it is depends on the machine. */
  readonly recovery?: number
  /** Told after each round how many of how many are done. */
  readonly onRound?: (done: number, of: number) => void
}

/** One line of the result. */
export type Row = {
  readonly name: string
  rounds: number
  registrations: number
  readonly lost: Array<string>
  readonly repeated: Array<string>
  /** Milliseconds. */
  slowest: number
}

/** As many deaths to a round as are wished; a first start has a round of its own. */
const roundsOf = (measured: Measured, options: Options) => {
  const { rounds, port, startsAfterCalls = false, kills, storeKills = 0, deaths, seed } = options
  const isLeftOut = (plan: Plan) =>
    "point" in plan &&
    ((port !== undefined && portOf(plan.point) !== port) ||
      (startsAfterCalls && plan.kind !== "load" && plan.point.endsWith(" before")))
  const wished = plansOf(measured).filter((plan) => !isLeftOut(plan))
  const points = Array.from({ length: rounds }, () => wished).flat()
  const others = points.filter(({ kind }) => kind !== "first start")
  const any = [
    ...Array.from({ length: kills }, (): Plan => ({ kind: "kill" })),
    ...Array.from({ length: storeKills }, (_, n): Plan => ({ kind: "store", withService: n % 2 === 1 }))
  ]
  const mixed = deaths > 1 ? shuffled([...others, ...any], seed) : [...others, ...any]
  const chains = Array.from({ length: Math.ceil(mixed.length / deaths) }, (_, n) =>
    mixed.slice(n * deaths, (n + 1) * deaths)
  )
  return [...chains, ...points.filter(({ kind }) => kind === "first start").map((plan) => [plan])]
}

const shuffled = <A>(all: ReadonlyArray<A>, seed: number): ReadonlyArray<A> => {
  const { below } = makeRandom(seed)
  return all
    .map((one) => [below(2 ** 31), one] as const)
    .toSorted(([one], [other]) => one - other)
    .map(([, one]) => one)
}

const lap = async (rows: ReadonlyArray<Row>, round: () => Promise<Round>) => {
  const failed = (error: unknown): Round => ({ lost: [String(error)], repeated: [], registrations: 0, recovered: 0 })
  const { lost, repeated, registrations, recovered } = await round().catch(failed)
  const last = rows.at(-1)
  if (!last) return
  const where = rows.map(({ name }) => name).join(", then ")
  for (const row of rows) row.rounds++
  last.registrations += registrations
  last.lost.push(...lost.map((finding) => `${where}: ${finding}`))
  last.repeated.push(...repeated.map((finding) => `${where}: ${finding}`))
  last.slowest = Math.max(last.slowest, recovered)
}

const playAll = async (lanes: ReadonlyArray<Lane>, options: Options, measured: Measured) => {
  const rounds = roundsOf(measured, options)
  const { millis } = measured
  const times = { millis, ...(options.recovery === undefined ? {} : { recovery: options.recovery }) }
  const queue = rounds.entries()
  let done = 0
  const rows = new Map<string, Row>()
  const rowOf = (plan: Plan): Row => {
    const name = nameOf(plan)
    const row = rows.get(name) ?? { name, rounds: 0, registrations: 0, lost: [], repeated: [], slowest: 0 }
    rows.set(name, row)
    return row
  }
  await Promise.all(
    lanes.map(async (lane) => {
      for (const [draw, plans] of queue) {
        await lap(plans.map(rowOf), () => playRound(lane, plans, randomOf(options.seed, draw), times))
        options.onRound?.(++done, rounds.length)
      }
    })
  )
  return [...rows.values()]
}

/**
 * Kills services at every crash point that the ports have at run time, and at any moment; answers a row for each, in the order in which
 * they were begun. Throws when a method of a port is met nowhere, or something is wrong without any crash.
 */
export const runCampaign = async (options: Options): Promise<ReadonlyArray<Row>> => {
  const cache = mkdtempSync(join(tmpdir(), "certreg-chaos-cache-"))
  const lanes: Array<Lane> = []
  try {
    const open = async () => {
      const lane = await openLane({ env: { NODE_COMPILE_CACHE: cache }, ownStore: options.storeKills !== undefined })
      lanes.push(lane)
      return lane
    }
    const [first, ...others] = await Promise.all(Array.from({ length: options.lanes }, open))
    if (!first) return []
    const measured = await measure(first)
    const gap = await gaps(metAtAll(measured))
    if (gap.length > 0) throw new Error(`the crash points are not complete: ${gap.join("; ")}`)
    await Promise.all(others.map((lane) => lane.start()))
    return await playAll(lanes, options, measured)
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()))
    rmSync(cache, { recursive: true, force: true })
  }
}
