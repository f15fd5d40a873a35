import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { copyTo, mutants, survives } from "./mutant.ts"

/** Takes each protection out of a copy and expects its test to fail. Exit code 1 when one goes unnoticed. */
const dir = mkdtempSync(join(tmpdir(), "certreg-mutants-"))
copyTo(dir)
let unnoticed = 0
for (const mutant of mutants) {
  const why = await survives(dir, mutant)
  if (why !== undefined) unnoticed++
  console.log(`${why === undefined ? "noticed " : "SURVIVED"}  ${mutant.protects.padEnd(70)} ${why ?? mutant.test}`)
}
rmSync(dir, { recursive: true })
console.log(`\n${mutants.length - unnoticed} of ${mutants.length} were noticed`)
process.exit(unnoticed === 0 ? 0 : 1)
