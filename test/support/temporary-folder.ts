import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"

const root = mkdtempSync(join(tmpdir(), "certreg-test-"))
let count = 0
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A new folder; it goes when the tests of this file have ended. */
export const temporaryFolder = (): string => {
  const folder = join(root, `${++count}`)
  mkdirSync(folder)
  return folder
}
