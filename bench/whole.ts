import { jpeg } from "../test/support/images.ts"
import { body, inFlight, openCaller, percentile } from "./load.ts"
import { median } from "./rounds.ts"
import { cpuSeconds, startStack } from "./stack.ts"

const inFlightAtOnce = 64
const count = 1000
/** Rounds before the first that counts: until then the compiler works beside the service. */
const warmUp = 3

/** CPU seconds of the service for 1,000 whole registrations: request, URLs, two images of 20 KB, confirm, callbacks, issued. */
export const run = async (rounds = 3) => {
  const stack = await startStack(true)
  const { send, close } = openCaller(stack.url, stack.key, 2 * inFlightAtOnce)
  const expect = async (wanted: number, answer: ReturnType<typeof send>) => {
    const { status, text } = await answer
    if (status !== wanted) throw new Error(`an answer was ${status} ${text}`)
    return JSON.parse(text) as { readonly id: string; readonly state: string }
  }
  const one = async (n: number) => {
    const { id } = await expect(201, send("POST", "/v1/registrations", body()))
    const path = `/v1/registrations/${id}`
    await expect(200, send("GET", `${path}?wait=20`))
    await Promise.all(
      ["ktp", "selfie"].map((document) =>
        expect(
          200,
          send("PUT", `${path}/documents/${document}`, jpeg({ size: 20_000, tag: `${n} ${document}` }), "image/jpeg")
        )
      )
    )
    const { state } = await expect(200, send("GET", `${path}?wait=20`))
    if (state !== "issued") throw new Error(`one ended as ${state}`)
  }
  const results: Array<{ readonly cpu: number; readonly p99: number; readonly perSecond: number }> = []
  for (let round = 0; round < warmUp + rounds; round++) {
    const cpu = cpuSeconds(stack.service.pid)
    const begun = performance.now()
    const millis = await inFlight(count, inFlightAtOnce, one)
    const seconds = (performance.now() - begun) / 1000
    if (round >= warmUp)
      results.push({
        cpu: ((cpuSeconds(stack.service.pid) - cpu) / count) * 1000,
        p99: percentile(millis, 99),
        perSecond: count / seconds
      })
  }
  await close()
  await stack.stop()
  return {
    name: "whole registration",
    product: Number(median(results.map(({ cpu }) => cpu)).toFixed(2)),
    unit: "CPU seconds of the service per 1,000",
    p99: Math.round(median(results.map(({ p99 }) => p99))),
    perSecond: Math.round(median(results.map(({ perSecond }) => perSecond)))
  }
}

if (import.meta.main) console.log(await run())
