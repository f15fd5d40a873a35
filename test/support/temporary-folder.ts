import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import { atTheLatest } from "./at-the-latest.ts"

const root = mkdtempSync(join(tmpdir(), "certreg-test-"))
let count = 0
const remove = () => rmSync(root, { recursive: true, force: true })
afterAll(remove)
// Where files share a worker, the hook is the first one's alone.
atTheLatest(remove)

/** A new folder; it goes when the tests of this file have ended, or with the worker that it shares with others. */
export const temporaryFolder = (): string => {
  const folder = join(root, `${++count}`)
  mkdirSync(folder, { recursive: true })
  return folder
}
