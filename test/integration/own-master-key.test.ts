import { readdirSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { runNode } from "../support/run-node.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const program = import.meta.resolve("../support/master-key-program.ts")

it("several processes that start at once make one master key", async () => {
  const directory = join(temporaryFolder(), "data")
  const runs = await Promise.all(Array.from({ length: 4 }, () => runNode(program, [directory], {})))
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1)
  expect(readdirSync(directory)).toEqual(["master.key"])
})
