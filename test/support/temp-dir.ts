import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"

/** Gives directories that do not exist yet, inside one that goes when the tests of this file have ended. */
export const tempDirs = (): (() => string) => {
  const root = mkdtempSync(join(tmpdir(), "certreg-test-"))
  let count = 0
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  return () => join(root, `${++count}`)
}
