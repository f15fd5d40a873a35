import { start } from "../src/demo/programs.ts"
import { body, inFlight, openCaller, percentile } from "./load.ts"
import { median } from "./rounds.ts"
import { cpuSeconds, startStack } from "./stack.ts"

const connections = 64
const count = 6000
/** Rounds before the first that counts: until then the compiler works beside the service. */
const warmUp = 3

type Round = { readonly micros: number; readonly p99: number; readonly perSecond: number }

/** A platform that never answers holds one call at a time. */
export const silentPlatform = { env: { ESIGN_CONCURRENCY: "1", ESIGN_TIMEOUT: "30 minutes" } }

export const measure = async (url: string, key: string, pid: number, total = count): Promise<Round> => {
  const { send, close } = openCaller(url, key, connections)
  const bodies = Array.from({ length: total }, body)
  const cpu = cpuSeconds(pid)
  const begun = performance.now()
  const millis = await inFlight(total, connections, async (n) => {
    const { status } = await send("POST", "/v1/registrations", bodies[n])
    if (status !== 201) throw new Error(`a request was answered ${status}`)
  })
  const seconds = (performance.now() - begun) / 1000
  await close()
  return { micros: ((cpuSeconds(pid) - cpu) / total) * 1e6, p99: percentile(millis, 99), perSecond: total / seconds }
}

/**
 * CPU of an accepted registration, all threads, against a bare POST that validates the same body; durable before the answer. The platform
 * never answers, and one call at a time waits for it, so that nothing but accepting (and its projection) is measured.
 */
export const run = async (rounds = 5) => {
  const bare = await start("../bench/bare-server.ts", {})
  const stack = await startStack(false, silentPlatform)
  const results: Array<{ readonly raw: Round; readonly product: Round }> = []
  for (let round = 0; round < warmUp + rounds; round++) {
    const raw = await measure(bare.listening.url, "", bare.pid)
    const product = await measure(stack.url, stack.key, stack.service.pid)
    if (round >= warmUp) results.push({ raw, product })
  }
  await stack.stop()
  await bare.stop()
  const of = (pick: (result: (typeof results)[number]) => number) => median(results.map(pick))
  return {
    name: "accept",
    product: Math.round(of(({ product }) => product.micros)),
    raw: Math.round(of(({ raw }) => raw.micros)),
    above: Math.round(of(({ product, raw }) => product.micros - raw.micros)),
    unit: "µs of CPU",
    p99: Number(of(({ product }) => product.p99).toFixed(1)),
    perSecond: Math.round(of(({ product }) => product.perSecond))
  }
}

if (import.meta.main) console.log(await run())
