import { setTimeout as sleep } from "node:timers/promises"
import { silentPlatform } from "./accept.ts"
import { type Lanes, openLanes, type Reply } from "./lanes.ts"
import { body, percentile } from "./load.ts"
import { residentMiB, type Stack, startStack } from "./stack.ts"

const atOnce = 64
const times = 3
const seconds = { warmUp: 6, capacity: 4, load: 15 }

const unasked: Reply = { status: 0, retryAfter: undefined, millis: 0 }
const ask = ({ post }: Lanes) =>
  new Promise<Reply>((resolve) => {
    if (!post(body(), resolve)) resolve(unasked)
  })

/** How many a second are accepted while each answer brings the next request. */
const capacityOf = async (lanes: Lanes, seconds: number): Promise<number> => {
  const end = performance.now() + seconds * 1000
  let accepted = 0
  const caller = async () => {
    while (performance.now() < end) if ((await ask(lanes)).status === 201) accepted++
  }
  await Promise.all(Array.from({ length: atOnce }, caller))
  return accepted / seconds
}

/** Asks for so many a second, whatever is answered. */
const drive = async ({ post }: Lanes, perSecond: number, { service }: Stack) => {
  const accepted: Array<number> = []
  const refused: Array<number> = []
  const resident: Array<number> = []
  const onReply = ({ status, retryAfter, millis }: Reply) => {
    if (status === 201) accepted.push(millis)
    else if (status === 503 && retryAfter !== undefined) refused.push(millis)
    else throw new Error(`a request was answered ${status}`)
  }
  const begun = performance.now()
  let sent = 0
  let unsent = 0
  for (let passed = 0; passed < seconds.load; passed = (performance.now() - begun) / 1000) {
    while (sent + unsent < passed * perSecond)
      if (post(body(), onReply)) sent++
      else unsent++
    if (resident.length < passed * 10) resident.push(residentMiB(service.pid))
    await sleep(1)
  }
  return { accepted, refused, resident, unsent, sent }
}

/** Milliseconds until one more is accepted. */
const recover = async (lanes: Lanes): Promise<number> => {
  const begun = performance.now()
  while ((await ask(lanes)).status !== 201) await sleep(10)
  return performance.now() - begun
}

/**
 * Three times as many requests as can be served, from callers who wait for no answer: what the accepted wait, whether memory grows, and how
 * soon it is over. The platform never answers, as in `accept.ts`.
 */
export const run = async () => {
  const stack = await startStack(false, silentPlatform)
  const lanes = await openLanes(stack.url, "/v1/registrations", stack.key, 2000)
  await capacityOf(lanes, seconds.warmUp)
  const capacity = await capacityOf(lanes, seconds.capacity)
  const before = residentMiB(stack.service.pid)
  const { accepted, refused, resident, sent, unsent } = await drive(lanes, times * capacity, stack)
  const recovered = await recover(lanes)
  const after = residentMiB(stack.service.pid)
  lanes.close()
  await stack.stop()
  const perSecond = (count: number) => Math.round(count / seconds.load)
  return {
    capacity: Math.round(capacity),
    offered: perSecond(sent),
    unsent,
    accepted: perSecond(accepted.length),
    refused: perSecond(refused.length),
    median: Math.round(percentile(accepted, 50)),
    p99: Math.round(percentile(accepted, 99)),
    refusedMedian: Math.round(percentile(refused, 50)),
    refusedP99: Math.round(percentile(refused, 99)),
    before: Math.round(before),
    atFirst: Math.round(resident[Math.floor(resident.length / 3)] ?? Number.NaN),
    most: Math.round(Math.max(...resident)),
    after: Math.round(after),
    recovered: Math.round(recovered)
  }
}

if (import.meta.main) console.log(await run())
