import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { run as runProgram, start } from "../src/demo/programs.ts"
import { silentPlatform } from "./accept.ts"
import { filled } from "./large-log.ts"
import { openCaller } from "./load.ts"
import { median } from "./rounds.ts"
import { startStack } from "./stack.ts"

/** Each has two messages. */
const registrations = 50_000
const pageSize = 1000
/** Rounds before the first that counts: until then the compiler works beside the service. */
const warmUp = 2

const nextIn = (page: string) => /"next":"([\w-]+)"}$/.exec(page.slice(-200))?.[1] ?? ""

/** Reads pages one after the other; messages a second. `pathOf` answers nothing behind the last. */
const speedOf = async (url: string, key: string, pathOf: (nth: number, last: string) => string | undefined) => {
  const { send, close } = openCaller(url, key, 1)
  const pages: Array<string> = []
  const begun = performance.now()
  for (let path = pathOf(0, ""); path !== undefined; ) {
    const { status, text } = await send("GET", path)
    if (status !== 200) throw new Error(`a page was answered ${status}`)
    pages.push(text)
    path = pathOf(pages.length, text)
  }
  const seconds = (performance.now() - begun) / 1000
  await close()
  return { pages, perSecond: (2 * registrations) / seconds }
}

/** Messages a second that one reader gets in pages of 1,000 of its tenant's, against a bare server that sends the same bytes from memory. */
export const run = async (rounds = 5) => {
  const dataDir = await filled(registrations)
  const stack = await startStack(false, { ...silentPlatform, dataDir })
  const args = ["client", "add", `feed-${crypto.randomUUID()}`, "--scopes", "events:read", "--tenant", "acme"]
  const key = await runProgram("infrastructure/certreg.ts", { args, env: { DATA_DIR: dataDir } })
  const { send, close } = openCaller(stack.url, key, 1)
  while ((await send("GET", "/v1/feed?limit=1")).status === 401);
  await close()

  const count = (2 * registrations) / pageSize
  const product = () =>
    speedOf(stack.url, key, (nth, last) =>
      nth < count ? `/v1/feed?limit=${pageSize}${last && `&after=${nextIn(last)}`}` : undefined
    )
  const file = join(dataDir, "pages")
  writeFileSync(file, (await product()).pages.join("\n"))
  const bare = await start("../bench/bare-feed.ts", { args: [file] })
  const raw = () => speedOf(bare.listening.url, "", (nth) => (nth < count ? `/${nth}` : undefined))

  const results: Array<{ readonly raw: number; readonly product: number }> = []
  for (let round = 0; round < warmUp + rounds; round++) {
    const result = { raw: (await raw()).perSecond, product: (await product()).perSecond }
    if (round >= warmUp) results.push(result)
  }
  await stack.stop()
  await bare.stop()
  rmSync(dataDir, { recursive: true })
  return {
    name: "feed",
    product: Math.round(median(results.map((result) => result.product))),
    raw: Math.round(median(results.map((result) => result.raw))),
    ratio: Number(median(results.map((result) => result.product / result.raw)).toFixed(2)),
    unit: "messages/s"
  }
}

if (import.meta.main) console.log(await run())
