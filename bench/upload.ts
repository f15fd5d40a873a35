import { randomBytes } from "node:crypto"
import { start } from "../src/demo/programs.ts"
import { frameHeader, scanHeader, segment } from "../test/support/images.ts"
import { body, inFlight, openCaller, type Send } from "./load.ts"
import { median } from "./rounds.ts"
import { residentMiB, startStack } from "./stack.ts"

const size = 4 * 1024 * 1024
const uploads = 128
const atOnce = 32
const manyAtOnce = 50

/** A JPEG whose bytes are nearly all entropy-coded, as a photo's are; nobody decodes it. */
const photo = (): Buffer => {
  const tables = segment(0xdb, Buffer.alloc(65, 1).fill(0, 0, 1))
  const head = Buffer.concat([Buffer.of(0xff, 0xd8), tables, frameHeader(4000, 3000), scanHeader])
  const scan = randomBytes(size - head.length - 2)
  // A byte 0xff is followed by a stuffed 0.
  for (let at = scan.indexOf(0xff); at >= 0; at = scan.indexOf(0xff, at + 2)) scan[at + 1] = 0
  if (scan.at(-1) === 0xff) scan[scan.length - 1] = 0
  return Buffer.concat([head, scan, Buffer.of(0xff, 0xd9)])
}

/** Paths of images that are waited for. */
const targets = async (send: Send, count: number): Promise<ReadonlyArray<string>> => {
  const paths: Array<string> = []
  // More at once may be refused, on a slow machine.
  await inFlight(count, manyAtOnce, async () => {
    const { id } = JSON.parse((await send("POST", "/v1/registrations", body())).text)
    await send("GET", `/v1/registrations/${id}?wait=20`)
    paths.push(`/v1/registrations/${id}/documents/ktp`)
  })
  return paths
}

const put = async (send: Send, paths: ReadonlyArray<string>, image: Buffer) => {
  const begun = performance.now()
  await inFlight(paths.length, atOnce, async (n) => {
    const { status, text } = await send("PUT", paths[n] ?? "", image, "image/jpeg")
    if (status !== 200) throw new Error(`an upload was answered ${status} ${text}`)
  })
  return (paths.length * size) / 2 ** 20 / ((performance.now() - begun) / 1000)
}

/** MiB/s of 4 MiB images through the service, checked on their way, against a PUT that streams the same bytes on. */
const throughput = async (rounds: number) => {
  const sink = await start("../bench/sink.ts", {})
  const bare = await start("../bench/bare-upload.ts", { args: [sink.listening.url] })
  const stack = await startStack(true, { storage: sink.listening })
  const product = openCaller(stack.url, stack.key, 2 * manyAtOnce)
  const raw = openCaller(bare.listening.url, "", 2 * manyAtOnce)
  const image = photo()
  const results: Array<{ readonly raw: number; readonly product: number }> = []
  for (let round = 0; round <= rounds; round++) {
    const paths = await targets(product.send, uploads)
    const result = { raw: await put(raw.send, paths, image), product: await put(product.send, paths, image) }
    if (round > 0) results.push(result)
  }
  await Promise.all([product.close(), raw.close()])
  await stack.stop()
  await bare.stop()
  await sink.stop()
  return {
    product: Math.round(median(results.map((result) => result.product))),
    raw: Math.round(median(results.map((result) => result.raw))),
    ratio: Number(median(results.map((result) => result.product / result.raw)).toFixed(2))
  }
}

/** MiB of memory while 50 images of 4 MiB go at once to a storage that takes them slowly: after the first second, and the most. */
const memory = async () => {
  const sink = await start("../bench/sink.ts", { args: ["--slow"] })
  const stack = await startStack(true, { storage: sink.listening })
  const { send, close } = openCaller(stack.url, stack.key, manyAtOnce)
  const paths = await targets(send, manyAtOnce)
  const image = photo()
  const samples: Array<number> = []
  const sampling = setInterval(() => samples.push(residentMiB(stack.service.pid)), 100)
  await inFlight(paths.length, manyAtOnce, async (n) => {
    const { status } = await send("PUT", paths[n] ?? "", image, "image/jpeg")
    if (status !== 200) throw new Error(`an upload was answered ${status}`)
  })
  clearInterval(sampling)
  await close()
  await stack.stop()
  await sink.stop()
  return { atFirst: Math.round(samples[10] ?? Number.NaN), most: Math.round(Math.max(...samples)) }
}

export const run = async (rounds = 3) => ({ ...(await throughput(rounds)), ...(await memory()) })

if (import.meta.main) console.log(await run())
