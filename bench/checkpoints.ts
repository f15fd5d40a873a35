import { measure, silentPlatform } from "./accept.ts"
import { median } from "./rounds.ts"
import { startStack } from "./stack.ts"

/** Rounds before the first that counts. */
const warmUp = 2

/**
 * What checkpoints cost: CPU of an accepted registration without them and with them, in turns, as a ratio. Nothing else but accepting and its
 * projection goes on.
 */
export const run = async (rounds = 7, count?: number) => {
  const preload = `--import ${new URL("./preload-signs-nothing.ts", import.meta.url).href}`
  const withoutThem = await startStack(false, { env: { ...silentPlatform.env, NODE_OPTIONS: preload } })
  const withThem = await startStack(false, silentPlatform)
  const ratios: Array<number> = []
  for (let round = 0; round < warmUp + rounds; round++) {
    const [raw, product] = [
      await measure(withoutThem.url, withoutThem.key, withoutThem.service.pid, count),
      await measure(withThem.url, withThem.key, withThem.service.pid, count)
    ]
    if (round >= warmUp) ratios.push(raw.micros / product.micros)
  }
  await withThem.stop()
  await withoutThem.stop()
  return {
    name: "checkpoints",
    ratio: Number(median(ratios).toFixed(3)),
    rounds: ratios.map((ratio) => Number(ratio.toFixed(3)))
  }
}

if (import.meta.main) console.log(await run())
