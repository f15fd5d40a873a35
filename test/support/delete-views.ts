import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { expect } from "vitest"

/** The rows of a service that is down: it makes them again from its log. */
export const deleteViews = (dataDir: string): void => {
  const views = readdirSync(dataDir).filter((file) => file.startsWith("views-"))
  expect(views).not.toEqual([])
  for (const file of views) rmSync(join(dataDir, file))
}
