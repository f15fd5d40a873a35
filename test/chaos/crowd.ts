import { setTimeout as sleep } from "node:timers/promises"
import type { Api } from "../support/api.ts"
import { usersOf } from "../support/api.ts"
import { type Acknowledged, callerOf } from "./caller.ts"
import { fates, probe } from "./fates.ts"

const userWith = usersOf(`chaos-${process.pid}`)

/** What became of one user. */
export type Outcome = {
  readonly user: string
  readonly acknowledged: ReadonlyArray<Acknowledged>
  /** Milliseconds since 1970 when there was nothing more to wait for. */
  readonly endedAt: number
  /** Why it did not come to its end. */
  readonly problem?: string
}

/** How long its callers try, in milliseconds: over as many deaths as a round has, on a slow machine. */
const usualPatience = 300_000

const playOne = async (api: Api, { values, play }: (typeof fates)[number], patience: number): Promise<Outcome> => {
  const user = userWith(values)
  const acknowledged: Array<Acknowledged> = []
  const caller = callerOf(api, user, patience, (one) => acknowledged.push(one))
  try {
    await play(caller)
    return { user, acknowledged, endedAt: Date.now() }
  } catch (error) {
    return { user, acknowledged, endedAt: Date.now(), problem: String(error) }
  }
}

/** All fates at once, and somebody who asks whether the service is ready; they go on over whatever happens to it. */
export const startCrowd = async (api: Api, patience = usualPatience): Promise<ReadonlyArray<Outcome>> => {
  let isOver = false
  const calm: Api["send"] = async (...args) => {
    await sleep(100)
    return api.send(...args)
  }
  const prober = { user: "the load balancer", acknowledged: [] }
  const probing = probe(callerOf({ send: calm }, "", patience), () => isOver).then(
    (): Outcome => ({ ...prober, endedAt: Date.now() }),
    (error): Outcome => ({ ...prober, endedAt: Date.now(), problem: String(error) })
  )
  const outcomes = await Promise.all(fates.map((fate) => playOne(api, fate, patience)))
  isOver = true
  return [...outcomes, await probing]
}
