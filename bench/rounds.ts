import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** What was measured: the product, the bare library doing the same work, and the median of their ratios. */
export type Measured = {
  readonly name: string
  readonly product: number
  readonly raw: number
  readonly ratio: number
  readonly unit: string
}

/** The middle one, so that a busy moment of the machine does not count. */
export const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Lets two contenders take turns, each in a new directory; a first round warms up and is not counted. */
export const alternate = async (
  name: string,
  rounds: number,
  raw: (dir: string) => Promise<number>,
  product: (dir: string) => Promise<number>
): Promise<Measured> => {
  const inTempDir = async (run: (dir: string) => Promise<number>) => {
    const dir = mkdtempSync(join(tmpdir(), "certreg-bench-"))
    try {
      return await run(dir)
    } finally {
      rmSync(dir, { recursive: true })
    }
  }
  const results: Array<{ readonly raw: number; readonly product: number }> = []
  for (let round = 0; round <= rounds; round++) {
    const result = { raw: await inTempDir(raw), product: await inTempDir(product) }
    if (round > 0) results.push(result)
  }
  return {
    name,
    product: Math.round(median(results.map((result) => result.product))),
    raw: Math.round(median(results.map((result) => result.raw))),
    ratio: Number(median(results.map((result) => result.product / result.raw)).toFixed(2)),
    unit: "events/s"
  }
}
